package dev.mens.dispatch;

import java.time.Duration;

/// @param idleUnload how long an unused model stays loaded: five minutes outlast a person's
///     thinking between two questions
/// @param maxStreams more wait their turn: each stream holds a key-value cache
/// @param moveGrace how long a stream waits for a backend after a loss: a replaced bundle is back
///     in under a second, a restarted process or peer in a few
record Settings(Duration idleUnload, int maxStreams, Duration moveGrace) {
    Settings {
        idleUnload = idleUnload.isNegative() ? Duration.ZERO : idleUnload;
        maxStreams = Math.max(1, maxStreams);
        moveGrace = moveGrace.isNegative() ? Duration.ZERO : moveGrace;
    }

    static Settings of(DispatchConfig config) {
        return new Settings(
                Duration.ofSeconds(config.idleUnloadSeconds()),
                config.maxStreams(),
                Duration.ofSeconds(config.moveGraceSeconds()));
    }
}
