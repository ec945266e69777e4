package dev.mens.console.local;

import dev.mens.console.Frame;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/// The client's standard input, asked for piece by piece.
final class PulledInput extends InputStream {
    private final Outbox client;
    private final BlockingQueue<byte[]> pieces = new ArrayBlockingQueue<>(2);
    private final AtomicBoolean asked = new AtomicBoolean();
    private byte[] piece = {};
    private int at;
    private boolean ended;

    PulledInput(Outbox client) {
        this.client = client;
    }

    /// Takes what the client sent.
    ///
    /// @throws IOException if it was not asked
    void accept(byte[] bytes) throws IOException {
        if (!asked.compareAndSet(true, false)) {
            throw new IOException("input that nobody asked for");
        }
        pieces.add(bytes);
    }

    /// The client is gone: whoever reads comes to the end.
    void end() {
        pieces.offer(new byte[0]);
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (at == piece.length && !fetch()) {
            return -1;
        }
        int count = Math.min(length, piece.length - at);
        System.arraycopy(piece, at, target, offset, count);
        at += count;
        return count;
    }

    @Override
    public int available() {
        return piece.length - at;
    }

    private boolean fetch() throws IOException {
        if (ended) {
            return false;
        }
        try {
            // After an interrupted read the client still owes the piece it was asked for.
            if (pieces.isEmpty() && asked.compareAndSet(false, true)) {
                client.send(Frame.Kind.WANT);
            }
            piece = pieces.take();
            at = 0;
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
        ended = piece.length == 0;
        return !ended;
    }
}
