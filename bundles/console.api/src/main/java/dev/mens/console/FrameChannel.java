package dev.mens.console;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Frames over a channel. One thread reads; any thread writes.
public final class FrameChannel implements AutoCloseable {
    private static final int HEADER_BYTES = 5;
    /// By number, from 1 on.
    private static final Frame.Kind[] KINDS = Frame.Kind.values();

    private final ByteChannel channel;
    private final ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    private final ReentrantLock writing = new ReentrantLock();

    public FrameChannel(ByteChannel channel) {
        this.channel = channel;
    }

    /// Waits for a frame.
    ///
    /// @return null at the end, also if the end comes within a frame
    /// @throws IOException if the bytes are no frame, or too large a one
    public @Nullable Frame read() throws IOException {
        header.clear();
        if (!fill(header)) {
            return null;
        }
        int number = header.get(0);
        int length = header.getInt(1);
        if (number < 1 || number > KINDS.length) {
            throw new IOException("unknown frame " + number);
        }
        var kind = KINDS[number - 1];
        if (length < 0 || length > kind.maxBytes()) {
            throw new IOException("frame " + kind + " of " + length + " bytes");
        }
        var payload = new byte[length];
        return fill(ByteBuffer.wrap(payload)) ? new Frame(kind, payload) : null;
    }

    public void write(Frame.Kind kind, byte[] bytes, int offset, int length) throws IOException {
        var frame = ByteBuffer.allocate(HEADER_BYTES + length);
        frame.put(kind.number()).putInt(length).put(bytes, offset, length).flip();
        writing.lock();
        try {
            while (frame.hasRemaining()) {
                channel.write(frame);
            }
        } finally {
            writing.unlock();
        }
    }

    public void write(Frame.Kind kind, byte[] payload) throws IOException {
        write(kind, payload, 0, payload.length);
    }

    /// A frame of ints.
    public void write(Frame.Kind kind, int... values) throws IOException {
        var payload = ByteBuffer.allocate(values.length * Integer.BYTES);
        for (int value : values) {
            payload.putInt(value);
        }
        write(kind, payload.array());
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private boolean fill(ByteBuffer target) throws IOException {
        while (target.hasRemaining()) {
            if (channel.read(target) < 0) {
                return false;
            }
        }
        return true;
    }
}
