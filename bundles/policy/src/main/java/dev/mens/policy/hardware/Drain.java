package dev.mens.policy.hardware;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Reads a process's output on a thread of its own: such a read does not end with an interrupt.
final class Drain {
    private final FutureTask<String> text;

    private Drain(FutureTask<String> text) {
        this.text = text;
    }

    static Drain of(InputStream output, int maxBytes) {
        Callable<String> read =
                () -> new String(output.readNBytes(maxBytes), StandardCharsets.UTF_8);
        var drain = new Drain(new FutureTask<>(read));
        Thread.ofVirtual().name("mens-probe-output").start(drain.text);
        return drain;
    }

    String text() throws IOException, InterruptedException {
        try {
            return text.get();
        } catch (ExecutionException e) {
            throw new IOException("its output could not be read", e.getCause());
        }
    }
}
