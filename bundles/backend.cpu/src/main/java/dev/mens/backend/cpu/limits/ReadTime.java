package dev.mens.backend.cpu.limits;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.mens.backend.cpu.memory.LargePages;
import dev.mens.backend.cpu.team.Team;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.LongAdder;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Reads memory many times larger than the caches, each worker a stretch at a time.
final class ReadTime extends Timed {
    private static final long BYTES = 512L << 20;
    private static final int STRETCH = 1 << 20;
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;

    private final MemorySegment memory;

    /// Keeps the sums, and with them the reading.
    private final LongAdder sum = new LongAdder();

    private ReadTime(MemorySegment memory) {
        super((int) (BYTES / STRETCH));
        this.memory = memory;
    }

    static double bytesPerSecond(Team team) throws InterruptedException {
        try (var arena = Arena.ofShared()) {
            // Pages that were never written all read one page of zeros.
            var memory = LargePages.allocate(arena, BYTES).fill((byte) 1);
            return BYTES / new ReadTime(memory).seconds(team);
        }
    }

    @Override
    void work(int worker, int item) {
        long from = (long) item * STRETCH;
        int step = LONGS.vectorByteSize();
        var a = LongVector.zero(LONGS);
        var b = a;
        var c = a;
        var d = a;
        for (long at = from; at < from + STRETCH; at += 4L * step) {
            a = a.add(LongVector.fromMemorySegment(LONGS, memory, at, LITTLE_ENDIAN));
            b = b.add(LongVector.fromMemorySegment(LONGS, memory, at + step, LITTLE_ENDIAN));
            c = c.add(LongVector.fromMemorySegment(LONGS, memory, at + 2L * step, LITTLE_ENDIAN));
            d = d.add(LongVector.fromMemorySegment(LONGS, memory, at + 3L * step, LITTLE_ENDIAN));
        }
        sum.add(a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD));
    }
}
