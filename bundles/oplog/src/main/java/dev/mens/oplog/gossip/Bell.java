package dev.mens.oplog.gossip;

import java.time.Duration;

/// Wakes the gossip; strokes while nobody waits are remembered as one.
final class Bell {
    private boolean rung;

    synchronized void ring() {
        rung = true;
        notifyAll();
    }

    synchronized boolean isRung() {
        return rung;
    }

    /// @return false if nobody rang in time
    synchronized boolean await(Duration patience) throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        for (long left = patience.toNanos(); !rung && left > 0; left = until - System.nanoTime()) {
            wait(left / 1_000_000, (int) (left % 1_000_000));
        }
        boolean woken = rung;
        rung = false;
        return woken;
    }
}
