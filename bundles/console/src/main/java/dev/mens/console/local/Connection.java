package dev.mens.console.local;

import dev.mens.console.Frame;
import dev.mens.console.FrameChannel;
import dev.mens.console.Home;
import dev.mens.console.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.felix.service.command.CommandProcessor;
import org.jspecify.annotations.Nullable;

/// One client: its request, then its streams until the command has ended or the client has gone.
final class Connection {
    private static final Duration HELLO_PATIENCE = Duration.ofSeconds(5);

    private final FrameChannel frames;
    private final CommandProcessor processor;
    private final Home home;

    Connection(FrameChannel frames, CommandProcessor processor, Home home) {
        this.frames = frames;
        this.processor = processor;
        this.home = home;
    }

    void serve() throws IOException {
        @Nullable Frame hello = hello();
        if (hello == null || hello.kind() != Frame.Kind.HELLO) {
            return;
        }
        frames.write(
                Frame.Kind.WELCOME, Frame.VERSION, Math.toIntExact(ProcessHandle.current().pid()));
        if (Request.version(hello.payload()) != Frame.VERSION) {
            return;
        }
        var request = Request.decode(hello.payload());
        var outbox = new Outbox(frames);
        var input = new PulledInput(outbox);
        Session session =
                ShellSession.isFor(request)
                        ? new ShellSession(processor, home, request, input, outbox)
                        : new CommandRun(processor, request, input, outbox);
        var runner =
                Thread.ofPlatform().name("vox " + name(request)).start(() -> run(session, outbox));
        try {
            relay(session, input);
        } catch (ClosedChannelException ended) {
            // The usual end: the exit code is sent.
        } finally {
            input.end();
            session.hangUp(runner);
            join(runner);
        }
    }

    /// Waits for the request, but not for ever: an idle connection would keep a node alive.
    private @Nullable Frame hello() throws IOException {
        var arrived = new AtomicBoolean();
        var watch =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        Thread.sleep(HELLO_PATIENCE);
                                        if (!arrived.get()) {
                                            frames.close();
                                        }
                                    } catch (InterruptedException inTime) {
                                        // What is usual.
                                    } catch (IOException closed) {
                                        // What was wanted.
                                    }
                                });
        try {
            return frames.read();
        } finally {
            arrived.set(true);
            watch.interrupt();
        }
    }

    private void run(Session session, Outbox outbox) {
        int code = session.run();
        try (frames) {
            outbox.finish(code);
        } catch (InterruptedException hungUp) {
            Thread.currentThread().interrupt();
        } catch (IOException closed) {
            // The client was faster.
        }
    }

    /// Ends when either side closes the channel.
    private void relay(Session session, PulledInput input) throws IOException {
        @Nullable Frame frame = frames.read();
        while (frame != null) {
            switch (frame.kind()) {
                case STDIN -> input.accept(frame.payload());
                case INTERRUPT -> session.interrupt();
                case RESIZE -> {
                    var size = ByteBuffer.wrap(frame.payload());
                    if (size.remaining() == 2 * Integer.BYTES) {
                        session.resize(size.getInt(), size.getInt());
                    }
                }
                case HELLO, WELCOME, WANT, STDOUT, STDERR, EXIT ->
                        throw new IOException("unexpected frame " + frame.kind());
            }
            frame = frames.read();
        }
    }

    private static void join(Thread runner) {
        try {
            runner.join();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private static String name(Request request) {
        return request.arguments().isEmpty() ? "" : request.arguments().getFirst();
    }
}
