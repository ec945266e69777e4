package dev.mens.transfer;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/// Lets transfers yield to tokens. While this node generates, all its transfers together are busy
/// for a small share of the time, one piece after the other; otherwise they take what there is.
final class Pace {
    /// Rest for each unit of work: with one core's work in eight, two cores lose a sixteenth, and
    /// what decoding loses to shared memory bandwidth on top stays well under a fifth.
    private static final int REST = 7;

    /// Longer rests would let a link's peer take this node for dead.
    private static final Duration LONGEST_REST = Duration.ofMillis(500);

    private final BooleanSupplier generating;
    private final ReentrantLock turn = new ReentrantLock(true);

    Pace(BooleanSupplier generating) {
        this.generating = generating;
    }

    /// Work on one piece.
    @FunctionalInterface
    interface Work<E extends Exception> {
        void run() throws E;
    }

    <E extends Exception> void run(Work<E> work) throws E, InterruptedException {
        if (!generating.getAsBoolean()) {
            work.run();
            return;
        }
        turn.lockInterruptibly();
        try {
            long begun = System.nanoTime();
            work.run();
            long rest = (System.nanoTime() - begun) * REST;
            Thread.sleep(Duration.ofNanos(Math.min(rest, LONGEST_REST.toNanos())));
        } finally {
            turn.unlock();
        }
    }
}
