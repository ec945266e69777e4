package dev.mens.itests.bench;

import java.io.IOException;
import java.util.List;

/// A foreign process that never leaves its core.
record BusyProcess(Process process) implements AutoCloseable {

    static BusyProcess start() throws IOException {
        var java = ProcessHandle.current().info().command().orElseThrow();
        var command =
                List.of(java, "-cp", System.getProperty("java.class.path"), Spin.class.getName());
        return new BusyProcess(new ProcessBuilder(command).start());
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }

    /// The process itself; it ends when its parent does.
    static final class Spin {
        private Spin() {}

        public static void main(String[] none) {
            var parent = ProcessHandle.current().parent().orElseThrow();
            while (parent.isAlive()) {
                for (int i = 0; i < 1_000_000; i++) {
                    Thread.onSpinWait();
                }
            }
        }
    }
}
