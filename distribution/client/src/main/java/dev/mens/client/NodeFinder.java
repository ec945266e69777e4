package dev.mens.client;

import dev.mens.console.Frame;
import dev.mens.console.FrameChannel;
import dev.mens.console.Home;
import dev.mens.console.NodeProblem;
import java.io.File;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Connects to the node of a home; if there is none, starts one that ends with its last client.
final class NodeFinder {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(90);
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int POLL_MILLIS = 10;

    private final Home home;

    NodeFinder(Home home) {
        this.home = home;
    }

    /// @param hello the request
    /// @throws dev.mens.diagnostics.ProblemException vox/node/not-running
    FrameChannel running(byte[] hello) throws IOException {
        var channel = greet(hello);
        if (channel == null) {
            throw NodeProblem.NOT_RUNNING.with(home.folder());
        }
        return channel;
    }

    /// @throws dev.mens.diagnostics.ProblemException vox/node/no-start
    FrameChannel runningOrStarted(byte[] hello) throws IOException, InterruptedException {
        @Nullable FrameChannel channel = greet(hello);
        if (channel != null) {
            return channel;
        }
        long begun = System.nanoTime();
        boolean silent = true;
        @Nullable Process node = null;
        while (channel == null) {
            long waited = System.nanoTime() - begun;
            if (node == null && !isTaken()) {
                node = start();
            } else if (node == null) {
                // Another node is starting, or stopping.
            } else if (!node.isAlive() && node.exitValue() != 0) {
                throw NodeProblem.NO_START.with(lastWords());
            } else if (!node.isAlive()) {
                node = null;
            }
            if (waited > PATIENCE_NANOS) {
                throw NodeProblem.NO_START.with("it is not ready after 90 seconds");
            }
            if (silent && waited > SILENCE_NANOS) {
                System.err.println("vox: waiting for a node on " + home.folder());
                silent = false;
            }
            Thread.sleep(POLL_MILLIS);
            channel = greet(hello);
        }
        return channel;
    }

    /// Waits until the node has let go of the home, so that the next one can have it.
    void awaitEnd() throws IOException, InterruptedException {
        long begun = System.nanoTime();
        while (isTaken() && System.nanoTime() - begun < PATIENCE_NANOS) {
            Thread.sleep(POLL_MILLIS);
        }
    }

    /// @return null if no node listens, or the one that did is going away
    private @Nullable FrameChannel greet(byte[] hello) throws IOException {
        var socket = home.findSocket();
        if (!Files.exists(socket)) {
            return null;
        }
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            var frames = new FrameChannel(channel);
            frames.write(Frame.Kind.HELLO, hello);
            @Nullable Frame answer = frames.read();
            if (answer != null && answer.kind() == Frame.Kind.WELCOME) {
                requireVersion(ByteBuffer.wrap(answer.payload()).getInt());
                return frames;
            }
        } catch (IOException gone) {
            // Nobody listens any more, or the node stopped just now: as if there were none.
        }
        channel.close();
        return null;
    }

    private void requireVersion(int version) {
        if (version != Frame.VERSION) {
            throw NodeProblem.OTHER_VERSION.with(home.folder(), version, Frame.VERSION);
        }
    }

    /// Whether a process holds the home.
    private boolean isTaken() throws IOException {
        if (!Files.exists(home.lock())) {
            return false;
        }
        try (var channel = FileChannel.open(home.lock(), StandardOpenOption.WRITE);
                var lock = channel.tryLock()) {
            return lock == null;
        }
    }

    /// Ctrl-C reaches every process of the terminal's group, but must not end the node.
    private Process start() throws IOException {
        home.create();
        var vox = Path.of(System.getProperty("mens.dist"), "bin", "vox").toString();
        var builder =
                new ProcessBuilder(
                        "/bin/sh", "-c", "trap '' INT HUP TSTP; exec \"$0\" node --ephemeral", vox);
        builder.redirectInput(new File("/dev/null"));
        builder.redirectErrorStream(true);
        builder.redirectOutput(output());
        return builder.start();
    }

    private File output() {
        return home.log().resolve("ephemeral.out").toFile();
    }

    private String lastWords() throws IOException {
        var words = Files.readString(output().toPath()).strip();
        return words.isEmpty() ? "it said nothing" : words.substring(words.lastIndexOf('\n') + 1);
    }
}
