package dev.mens.transfer;

import dev.mens.mesh.ModelSharing.Traffic;
import dev.mens.mesh.PeerId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/// Counts what goes to and comes from each peer.
final class TrafficMeter {
    private final Map<PeerId, Counters> peers = new ConcurrentSkipListMap<>();

    private record Counters(LongAdder sent, LongAdder received, LongAdder refused) {
        Counters() {
            this(new LongAdder(), new LongAdder(), new LongAdder());
        }
    }

    void sent(PeerId peer, long bytes) {
        of(peer).sent().add(bytes);
    }

    void received(PeerId peer, long bytes) {
        of(peer).received().add(bytes);
    }

    void refused(PeerId peer) {
        of(peer).refused().increment();
    }

    List<Traffic> report() {
        return peers.entrySet().stream()
                .map(
                        entry ->
                                new Traffic(
                                        entry.getKey(),
                                        entry.getValue().sent().sum(),
                                        entry.getValue().received().sum(),
                                        entry.getValue().refused().sum()))
                .toList();
    }

    private Counters of(PeerId peer) {
        return peers.computeIfAbsent(peer, _ -> new Counters());
    }
}
