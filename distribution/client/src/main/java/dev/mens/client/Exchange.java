package dev.mens.client;

import dev.mens.console.Frame;
import dev.mens.console.FrameChannel;
import dev.mens.signals.Signals;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Relays one command's streams until the node says how it ended.
final class Exchange {
    private static final int INTERRUPTED = 130;

    private static final long TWICE_NANOS = 1_000_000_000L;

    /// What a shell reports of a program that wrote to a closed pipe.
    private static final int BROKEN_PIPE = 141;

    private final FrameChannel node;
    private final Semaphore wanted = new Semaphore(0);
    private boolean reading;
    private volatile long interruptedAt = Long.MIN_VALUE / 2;

    Exchange(FrameChannel node) {
        this.node = node;
    }

    /// @param raw whether the terminal is in raw mode and its size matters
    /// @return the exit code
    int run(boolean raw) throws IOException {
        Signals.on("INT", this::interrupt);
        if (raw) {
            Signals.on("WINCH", this::resize);
        }
        // Not closed: an editor, or a second exchange, may come after this one.
        var out = new FileOutputStream(FileDescriptor.out);
        var err = new FileOutputStream(FileDescriptor.err);
        try (node) {
            while (true) {
                @Nullable Frame frame = node.read();
                if (frame == null) {
                    throw new EOFException("it ended within a command");
                }
                if (frame.kind() == Frame.Kind.STDOUT) {
                    try {
                        out.write(frame.payload());
                    } catch (IOException closed) {
                        return BROKEN_PIPE;
                    }
                } else if (frame.kind() == Frame.Kind.STDERR) {
                    err.write(frame.payload());
                } else if (frame.kind() == Frame.Kind.WANT) {
                    want();
                } else if (frame.kind() == Frame.Kind.EXIT) {
                    return ByteBuffer.wrap(frame.payload()).getInt();
                }
            }
        }
    }

    private void want() {
        wanted.release();
        if (!reading) {
            reading = true;
            var reader = new Thread(this::read, "stdin");
            reader.setDaemon(true);
            reader.start();
        }
    }

    private void read() {
        var buffer = new byte[Frame.CHUNK_BYTES];
        var input = new FileInputStream(FileDescriptor.in);
        try {
            while (true) {
                wanted.acquireUninterruptibly();
                int read = readOnce(input, buffer);
                node.write(Frame.Kind.STDIN, buffer, 0, Math.max(read, 0));
            }
        } catch (IOException nodeIsGone) {
            // The main thread sees the same and reports it.
        }
    }

    /// @return 0 at the end, also if there is no standard input at all
    private static int readOnce(FileInputStream input, byte[] buffer) {
        try {
            return input.read(buffer);
        } catch (IOException unreadable) {
            return 0;
        }
    }

    /// Ctrl-C cancels the command; two in a row end this process whatever the node does.
    private void interrupt() {
        long now = System.nanoTime();
        if (now - interruptedAt < TWICE_NANOS) {
            Runtime.getRuntime().halt(INTERRUPTED);
        }
        interruptedAt = now;
        try {
            node.write(Frame.Kind.INTERRUPT, new byte[0]);
        } catch (IOException nodeIsGone) {
            Runtime.getRuntime().halt(INTERRUPTED);
        }
    }

    private void resize() {
        try {
            var stty = new ProcessBuilder("stty", "size");
            stty.redirectInput(ProcessBuilder.Redirect.INHERIT);
            var size =
                    new String(
                            stty.start().getInputStream().readNBytes(32),
                            StandardCharsets.US_ASCII);
            var numbers = size.strip().split(" ");
            node.write(
                    Frame.Kind.RESIZE, Integer.parseInt(numbers[1]), Integer.parseInt(numbers[0]));
        } catch (IOException | RuntimeException unknown) {
            // The old size stays in use.
        }
    }
}
