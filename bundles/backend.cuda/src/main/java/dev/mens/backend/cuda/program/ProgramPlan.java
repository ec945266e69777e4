package dev.mens.backend.cuda.program;

import static dev.mens.backend.cuda.CudaProblem.TOO_LARGE;

import dev.mens.backend.cuda.gpu.Gpu;
import dev.mens.backend.cuda.gpu.GpuFacts;
import dev.mens.backend.cuda.memory.LayerSplit;
import dev.mens.backend.cuda.memory.LayerSplit.Range;
import dev.mens.backend.cuda.memory.PagePool;
import dev.mens.backend.cuda.memory.Sizes;
import dev.mens.compute.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a network takes on which devices, decided from numbers alone. A network that does not fit
/// is refused here, before anything of it is loaded.
///
/// @param pages that all sequences together may have, the one of nobody included
/// @param granulePages that get memory at a time
record ProgramPlan(List<StagePlan> stages, int pages, int granulePages) {
    ProgramPlan {
        stages = List.copyOf(stages);
    }

    /// Sequences with a row in the page table: those of a step, and prefixes kept for later.
    static final int SEQUENCES = 512;

    /// What stays free for graphs, modules and the library.
    private static final long RESERVE_BYTES = 256L << 20;

    /// The context that one sequence is sure to get.
    private static final int PLANNED_TOKENS = 4096;

    private static final long GRANULE_BYTES = 32L << 20;

    /// A device with the memory that it has left.
    record Place(GpuFacts facts, long freeBytes) {}

    /// @param library whether products of many rows have the vendor's library
    /// @throws dev.mens.diagnostics.ProblemException vox/cuda/too-large
    static ProgramPlan of(
            Network network, Precision precision, List<Place> places, boolean library) {
        int layers = network.layers().size();
        var whole = stage(network, new Range(0, 0, layers), places.getFirst(), precision, library);
        long least = leastPages(network) * whole.pageBytesOfAll();
        var layerBytes = new long[layers];
        for (int l = 0; l < layers; l++) {
            layerBytes[l] =
                    new NetworkLayout(network, l, l + 1, precision, 0).bytes() + least / layers;
        }
        long first = ends(network, precision, true);
        long last = ends(network, precision, false);
        // The ends were counted with their layers.
        layerBytes[0] -= Math.min(first, layerBytes[0]);
        layerBytes[layers - 1] -= Math.min(last, layerBytes[layers - 1]);
        var free = places.stream().mapToLong(place -> place.freeBytes() - RESERVE_BYTES).toArray();
        long all = whole.weightBytes() + whole.workBytes() + least;
        var split =
                onOne(all, layers, free)
                        .or(() -> LayerSplit.of(layerBytes, first, last, whole.workBytes(), free))
                        .orElseThrow(() -> tooLarge(network, whole, least, places));
        return of(network, split, precision, places, library);
    }

    /// The device with the most memory, if all fits there.
    private static Optional<LayerSplit> onOne(long bytes, int layers, long[] freeBytes) {
        int most = 0;
        for (int device = 1; device < freeBytes.length; device++) {
            most = freeBytes[device] > freeBytes[most] ? device : most;
        }
        return bytes <= freeBytes[most]
                ? Optional.of(new LayerSplit(List.of(new Range(most, 0, layers))))
                : Optional.empty();
    }

    private static ProgramPlan of(
            Network network,
            LayerSplit split,
            Precision precision,
            List<Place> places,
            boolean library) {
        var stages = new ArrayList<StagePlan>();
        long granule = 1;
        for (var range : split.ranges()) {
            var stage = stage(network, range, places.get(range.device()), precision, library);
            stages.add(stage);
            granule = multiple(granule, wholePages(stage.pageBytesOfAll()));
        }
        long pages = Long.MAX_VALUE;
        for (var stage : stages) {
            while (granule * stage.pageBytesOfAll() < GRANULE_BYTES) {
                granule *= 2;
            }
            long room =
                    places.get(stage.range().device()).freeBytes()
                            - RESERVE_BYTES
                            - stage.weightBytes()
                            - stage.workBytes();
            pages = Math.min(pages, room / stage.pageBytesOfAll());
        }
        long useful = (long) SEQUENCES * PagePool.pagesFor(Shapes.longest(network));
        long most =
                Math.min(Math.min(pages, useful), Integer.MAX_VALUE / stages.getFirst().pageStep());
        return new ProgramPlan(
                stages,
                Math.toIntExact(Math.max(granule, most / granule * granule)),
                Math.toIntExact(granule));
    }

    private static StagePlan stage(
            Network network, Range range, Place place, Precision precision, boolean library) {
        boolean last = range.to() == network.layers().size();
        return StagePlan.of(
                network,
                range,
                new Workspace.Limits(
                        Shapes.passRows(network, precision),
                        network.hidden(),
                        last && network.head() != null ? network.vocabulary() : 0,
                        SEQUENCES,
                        PagePool.pagesFor(Shapes.longest(network)),
                        place.facts(),
                        precision,
                        library && precision == Precision.FAST));
    }

    /// Bytes of the embedding, or of the head.
    private static long ends(Network network, Precision precision, boolean first) {
        int at = first ? 0 : network.layers().size();
        return new NetworkLayout(network, at, at, precision, 0).bytes();
    }

    private static long leastPages(Network network) {
        return 1L + PagePool.pagesFor(Math.min(network.contextTokens(), PLANNED_TOKENS));
    }

    /// Pages that take whole granules of the device's memory.
    private static long wholePages(long pageBytes) {
        return Gpu.BACKING_BYTES / divisor(Gpu.BACKING_BYTES, pageBytes);
    }

    private static long multiple(long a, long b) {
        return a / divisor(a, b) * b;
    }

    private static long divisor(long a, long b) {
        return b == 0 ? a : divisor(b, a % b);
    }

    private static RuntimeException tooLarge(
            Network network, StagePlan whole, long cacheBytes, List<Place> places) {
        var names = places.stream().map(place -> place.facts().name()).toList();
        return TOO_LARGE.with(
                network.name(),
                Sizes.of(whole.weightBytes()),
                Sizes.of(whole.workBytes() + RESERVE_BYTES),
                Sizes.of(cacheBytes),
                String.join(" with ", names),
                Sizes.of(places.stream().mapToLong(Place::freeBytes).sum()));
    }
}
