package dev.mens.oplog.gossip;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/// Bytes from one thread to another, a few writes ahead.
final class Pipe {
    private static final byte[] END = new byte[0];

    private final BlockingQueue<byte[]> chunks = new ArrayBlockingQueue<>(16);
    private volatile boolean closed;

    OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                write(new byte[] {(byte) octet}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int count) throws IOException {
                if (count > 0) {
                    put(java.util.Arrays.copyOfRange(bytes, from, from + count));
                }
            }
        };
    }

    private void put(byte[] chunk) throws IOException {
        try {
            while (!chunks.offer(chunk, 10, TimeUnit.MILLISECONDS)) {
                if (closed) {
                    throw new IOException("the pipe is closed");
                }
            }
        } catch (InterruptedException interrupted) {
            throw (IOException) new InterruptedIOException().initCause(interrupted);
        }
    }

    InputStream input() {
        return new InputStream() {
            private byte[] chunk = END;
            private int at;

            @Override
            public int read() throws IOException {
                var one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int from, int count) throws IOException {
                while (at == chunk.length) {
                    if (!take()) {
                        return -1;
                    }
                }
                int taken = Math.min(count, chunk.length - at);
                System.arraycopy(chunk, at, bytes, from, taken);
                at += taken;
                return taken;
            }

            private boolean take() throws IOException {
                try {
                    // When the end found no place, there was something else to read.
                    var next = closed ? chunks.poll() : chunks.poll(1, TimeUnit.SECONDS);
                    if (next != null) {
                        chunk = next;
                        at = 0;
                    }
                    return next != null || !closed || !chunks.isEmpty();
                } catch (InterruptedException interrupted) {
                    throw (IOException) new InterruptedIOException().initCause(interrupted);
                }
            }
        };
    }

    /// Whoever waits is woken by an empty chunk.
    void close() {
        closed = true;
        var _ = chunks.offer(END);
    }
}
