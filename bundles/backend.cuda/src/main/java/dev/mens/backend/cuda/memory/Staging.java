package dev.mens.backend.cuda.memory;

import dev.mens.backend.cuda.gpu.Gpu;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Brings much data to a device: while one pinned buffer is copied, several threads fill the
/// other, because one thread reads mapped files more slowly than the device takes them.
public final class Staging implements AutoCloseable {
    private static final int MOST_THREADS = 12;

    private final Gpu gpu;
    private final Half[] halves;
    private final ExecutorService threads;
    private int current;

    /// Copies a part of something into a piece of a buffer.
    @FunctionalInterface
    public interface Filler {
        void fill(MemorySegment piece);
    }

    /// What happens on the device once a piece is there.
    @FunctionalInterface
    public interface Arrival {
        void queue(MemorySegment piece);
    }

    private record Piece(Future<?> filled, MemorySegment memory, Arrival arrival) {}

    private final class Half {
        final MemorySegment memory;
        final Gpu.Mark copied;
        final List<Piece> pieces = new ArrayList<>();
        long used;

        Half(long bytes) {
            memory = gpu.pinned(bytes);
            copied = gpu.mark();
        }
    }

    /// @param bufferBytes of each of two buffers, and so the largest piece
    public Staging(Gpu gpu, long bufferBytes) {
        this.gpu = gpu;
        halves = new Half[] {new Half(bufferBytes), new Half(bufferBytes)};
        threads =
                Executors.newFixedThreadPool(
                        Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MOST_THREADS),
                        Thread.ofPlatform().name("mens-staging-", 0).daemon().factory());
    }

    /// Has a piece filled and, in the order of these calls, sent on.
    public void put(long bytes, Filler filler, Arrival arrival)
            throws IOException, InterruptedException {
        if (halves[current].used + bytes > halves[current].memory.byteSize()) {
            turn();
        }
        var half = halves[current];
        var piece = half.memory.asSlice(half.used, bytes);
        half.used += Bump.aligned(bytes);
        half.pieces.add(new Piece(threads.submit(() -> filler.fill(piece)), piece, arrival));
    }

    /// Sends what is left and waits until all has arrived.
    public void finish() throws IOException, InterruptedException {
        turn();
        gpu.await();
    }

    private void turn() throws IOException, InterruptedException {
        var half = halves[current];
        for (var piece : half.pieces) {
            filled(piece.filled());
            piece.arrival().queue(piece.memory());
        }
        half.copied.set();
        half.pieces.clear();
        half.used = 0;
        current = 1 - current;
        halves[current].copied.await();
    }

    private static void filled(Future<?> piece) throws IOException, InterruptedException {
        try {
            piece.get();
        } catch (ExecutionException failed) {
            // A mapped file that has become shorter faults in the thread that reads it.
            throw new IOException("the weights cannot be read: " + failed.getCause(), failed);
        }
    }

    @Override
    public void close() {
        threads.close();
        for (var half : halves) {
            half.copied.close();
            gpu.unpin(half.memory);
        }
    }
}
