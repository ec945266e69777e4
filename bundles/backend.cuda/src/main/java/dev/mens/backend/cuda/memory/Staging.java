package dev.mens.backend.cuda.memory;

import dev.mens.backend.cuda.gpu.Gpu;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Brings much data to a device. Several threads fill slots of pinned memory, because one reads
/// mapped files more slowly than the device takes them; slots leave in order, and each is filled
/// again as soon as it has arrived, so that neither side waits for the other's whole share.
public final class Staging implements AutoCloseable {
    private static final int MOST_THREADS = 14;

    /// Copies that are queued before anybody waits for one of them.
    private static final int UNDER_WAY = 2;

    private final Gpu gpu;
    private final MemorySegment memory;
    private final ExecutorService threads;
    private final Deque<Slot> free = new ArrayDeque<>();
    private final Deque<Piece> filling = new ArrayDeque<>();
    private final Deque<Slot> sent = new ArrayDeque<>();

    /// Copies a part of something into a piece of pinned memory.
    @FunctionalInterface
    public interface Filler {
        void fill(MemorySegment piece);
    }

    /// What happens on the device once a piece is there.
    @FunctionalInterface
    public interface Arrival {
        void queue(MemorySegment piece);
    }

    private record Slot(MemorySegment memory, Gpu.Mark copied) {}

    private record Piece(Future<?> filled, MemorySegment memory, Slot slot, Arrival arrival) {}

    /// @param slots that are filled or copied at a time
    /// @param slotBytes of each, and so of the largest piece
    public Staging(Gpu gpu, int slots, long slotBytes) {
        this.gpu = gpu;
        long step = Bump.aligned(slotBytes);
        memory = gpu.pinned(slots * step);
        for (int i = 0; i < slots; i++) {
            free.add(new Slot(memory.asSlice(i * step, slotBytes), gpu.mark()));
        }
        threads =
                Executors.newFixedThreadPool(
                        Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MOST_THREADS),
                        Thread.ofPlatform().name("mens-staging-", 0).daemon().factory());
    }

    /// Has a piece filled and, in the order of these calls, sent on.
    public void put(long bytes, Filler filler, Arrival arrival)
            throws IOException, InterruptedException {
        var slot = slot();
        var piece = slot.memory().asSlice(0, bytes);
        filling.add(new Piece(threads.submit(() -> filler.fill(piece)), piece, slot, arrival));
        while (!filling.isEmpty() && filling.element().filled().isDone()) {
            send();
        }
    }

    /// Sends what is left and waits until all has arrived.
    public void finish() throws IOException, InterruptedException {
        while (!filling.isEmpty()) {
            send();
        }
        gpu.await();
    }

    private Slot slot() throws IOException, InterruptedException {
        if (!free.isEmpty()) {
            return free.remove();
        }
        while (sent.size() < UNDER_WAY && !filling.isEmpty()) {
            send();
        }
        sent.element().copied().await();
        return sent.remove();
    }

    /// Queues the piece that was put first, once it is filled.
    private void send() throws IOException, InterruptedException {
        var piece = filling.remove();
        sent.add(piece.slot());
        filled(piece.filled());
        piece.arrival().queue(piece.memory());
        piece.slot().copied().set();
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
        free.forEach(slot -> slot.copied().close());
        filling.forEach(piece -> piece.slot().copied().close());
        sent.forEach(slot -> slot.copied().close());
        gpu.unpin(memory);
    }
}
