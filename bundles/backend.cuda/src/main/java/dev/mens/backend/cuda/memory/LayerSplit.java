package dev.mens.backend.cuda.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Which device holds which layers of a network. One device takes all if it can; otherwise
/// consecutive ranges go to as few devices as possible, filled evenly by their free memory.
///
/// @param ranges for each device used: its ordinal and its layers
public record LayerSplit(List<Range> ranges) {
    public LayerSplit {
        ranges = List.copyOf(ranges);
    }

    /// @param from first layer, `to` the one after the last
    public record Range(int device, int from, int to) {}

    /// @param layerBytes weights and cache of each layer
    /// @param firstBytes what only the first range needs: the embedding
    /// @param lastBytes what only the last range needs: the head
    /// @param eachBytes what every range needs: work space
    /// @param freeBytes of each device
    public static Optional<LayerSplit> of(
            long[] layerBytes, long firstBytes, long lastBytes, long eachBytes, long[] freeBytes) {
        var largestFirst = new ArrayList<Integer>();
        for (int device = 0; device < freeBytes.length; device++) {
            largestFirst.add(device);
        }
        largestFirst.sort((a, b) -> Long.compare(freeBytes[b], freeBytes[a]));
        for (int count = 1; count <= Math.min(freeBytes.length, layerBytes.length); count++) {
            var devices = largestFirst.subList(0, count).stream().sorted().toList();
            var split = over(devices, layerBytes, firstBytes, lastBytes, eachBytes, freeBytes);
            if (split.isPresent()) {
                return split;
            }
        }
        return Optional.empty();
    }

    /// Fills each device up to the least share of what work leaves of its memory with which all
    /// layers find room.
    private static Optional<LayerSplit> over(
            List<Integer> devices,
            long[] layerBytes,
            long firstBytes,
            long lastBytes,
            long eachBytes,
            long[] freeBytes) {
        int steps = 64;
        for (int step = 1; step <= steps; step++) {
            double share = step / (double) steps;
            var ranges = new ArrayList<Range>();
            int from = 0;
            for (int i = 0; i < devices.size(); i++) {
                boolean last = i == devices.size() - 1;
                long room = (long) ((freeBytes[devices.get(i)] - eachBytes) * share);
                room -= i == 0 ? firstBytes : 0;
                room -= last ? lastBytes : 0;
                int to = from;
                while (to < layerBytes.length && layerBytes[to] <= room) {
                    room -= layerBytes[to++];
                }
                if (room < 0) {
                    break;
                }
                ranges.add(new Range(devices.get(i), from, to));
                from = to;
            }
            boolean all = from == layerBytes.length && ranges.size() == devices.size();
            if (all && ranges.stream().allMatch(range -> range.from() < range.to())) {
                return Optional.of(new LayerSplit(ranges));
            }
        }
        return Optional.empty();
    }
}
