package dev.mens.oplog.gossip;

import java.time.Duration;

/// Wakes the gossip; strokes are remembered as one until somebody silences it.
final class Bell {
    private boolean rung;

    synchronized void ring() {
        rung = true;
        notifyAll();
    }

    synchronized boolean isRung() {
        return rung;
    }

    /// Returns when it is rung, or nobody rang in time.
    synchronized void await(Duration patience) throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        for (long left = patience.toNanos(); !rung && left > 0; left = until - System.nanoTime()) {
            wait(left / 1_000_000, (int) (left % 1_000_000));
        }
    }

    /// @return whether it was rung
    synchronized boolean silence() {
        boolean was = rung;
        rung = false;
        return was;
    }
}
