package dev.mens.signals;

/// Signals of the operating system. Without a handler of our own a JVM ends with code 143 on
/// SIGTERM, which service managers take for a failure, and with 130 on Ctrl-C.
public final class Signals {
    private Signals() {}

    /// @param name without SIG
    /// @param action returns soon
    public static void on(String name, Runnable action) {
        sun.misc.Signal.handle(new sun.misc.Signal(name), signal -> action.run());
    }
}
