package dev.mens.launcher;

import dev.mens.console.Home;
import dev.mens.console.NodeProblem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Keeps a second node out of a home. The operating system frees the lock when the process ends,
/// however it ends.
final class NodeLock implements AutoCloseable {
    /// How long a node waits for an ephemeral one, which ends with its last client.
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration POLL = Duration.ofMillis(25);

    private final FileChannel channel;

    private NodeLock(FileChannel channel) {
        this.channel = channel;
    }

    /// Takes the lock; waits if an ephemeral node holds it.
    ///
    /// @throws dev.mens.diagnostics.ProblemException vox/node/home-in-use
    static NodeLock take(Home home, boolean ephemeral) throws IOException, InterruptedException {
        var channel =
                FileChannel.open(home.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            var lock = waitFor(channel, home);
            var text = ProcessHandle.current().pid() + "\n" + (ephemeral ? "ephemeral" : "node");
            lock.channel().truncate(0);
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            channel.force(false);
            return new NodeLock(channel);
        } catch (IOException | RuntimeException | InterruptedException failure) {
            channel.close();
            throw failure;
        }
    }

    private static FileLock waitFor(FileChannel channel, Home home)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            @Nullable FileLock lock = channel.tryLock();
            if (lock != null) {
                return lock;
            }
            var holder = Files.readString(home.lock());
            if (!holder.endsWith("ephemeral") || System.nanoTime() > deadline) {
                throw NodeProblem.HOME_IN_USE.with(
                        home.folder(), holder.lines().findFirst().orElse("?"));
            }
            Thread.sleep(POLL);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
