package dev.mens.console.local;

import dev.mens.console.Frame;
import dev.mens.console.FrameChannel;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/// Frames to a client, written by a thread of their own: a thread that is interrupted while it
/// writes to a channel closes it, and commands are cancelled by interrupting them.
final class Outbox {
    private static final int MAX_WAITING = 64;

    private final FrameChannel channel;
    private final BlockingQueue<Frame> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final Thread writer = Thread.ofVirtual().name("outbox").unstarted(this::write);

    Outbox(FrameChannel channel) {
        this.channel = channel;
        writer.start();
    }

    /// Waits for room if the client is slow. Frames to a client that left vanish.
    void send(Frame.Kind kind, byte[] payload) {
        boolean interrupted = false;
        while (true) {
            try {
                waiting.put(new Frame(kind, payload));
                break;
            } catch (InterruptedException cancelled) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    void send(Frame.Kind kind, int... values) {
        var payload = ByteBuffer.allocate(values.length * Integer.BYTES);
        Arrays.stream(values).forEach(payload::putInt);
        send(kind, payload.array());
    }

    /// Sends the exit code and waits until everything is written.
    void finish(int exitCode) throws InterruptedException {
        Thread.interrupted();
        send(Frame.Kind.EXIT, exitCode);
        writer.join();
    }

    /// What is written to the stream goes out as frames of this kind.
    OutputStream stream(Frame.Kind kind) {
        return new OutputStream() {
            @Override
            public void write(int b) {
                send(kind, new byte[] {(byte) b});
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                int end = offset + length;
                for (int from = offset; from < end; from += Frame.CHUNK_BYTES) {
                    int to = Math.min(end, from + Frame.CHUNK_BYTES);
                    send(kind, Arrays.copyOfRange(bytes, from, to));
                }
            }
        };
    }

    private void write() {
        boolean broken = false;
        try {
            while (true) {
                var frame = waiting.take();
                if (!broken) {
                    try {
                        channel.write(frame.kind(), frame.payload());
                    } catch (IOException gone) {
                        broken = true;
                    }
                }
                if (frame.kind() == Frame.Kind.EXIT) {
                    return;
                }
            }
        } catch (InterruptedException nobodyDoesThat) {
            Thread.currentThread().interrupt();
        }
    }
}
