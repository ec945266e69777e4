package dev.mens.policy.hardware;

import java.io.IOException;

/// The kernel's variables on macOS.
final class Sysctl {
    private Sysctl() {}

    static String text(Machine machine, String name) throws IOException, InterruptedException {
        return machine.run("/usr/sbin/sysctl", "-n", name).strip();
    }

    static long number(Machine machine, String name) throws IOException, InterruptedException {
        var text = text(machine, name);
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IOException(name + " is no number: " + text, e);
        }
    }
}
