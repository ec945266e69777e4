package dev.mens.remote;

import java.time.Duration;

/// Why a peer, or one backend of it, is left alone for a while.
record Rest(long untilNanos, String reason) {
    static Rest of(Duration length, String reason) {
        return new Rest(System.nanoTime() + length.toNanos(), reason);
    }

    boolean over() {
        return System.nanoTime() - untilNanos >= 0;
    }
}
