package dev.mens.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/// Bytes from one thread to another, a bounded number on the way. `java.io`'s pipes poll, and break
/// when the thread that wrote last has ended.
final class Pipe {
    private final byte[] ring;
    private long written;
    private long read;
    private boolean ended;
    private boolean abandoned;

    Pipe(int capacity) {
        this.ring = new byte[capacity];
    }

    /// No more will be written; what was written can still be read.
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /// Both sides fail from now on.
    synchronized void abandon() {
        abandoned = true;
        notifyAll();
    }

    private synchronized void write(byte[] bytes, int from, int count) throws IOException {
        for (int done = 0; done < count; ) {
            waitWhile(() -> written - read == ring.length && !abandoned && !ended);
            if (abandoned || ended) {
                throw new IOException("the link is closed");
            }
            int at = (int) (written % ring.length);
            int room = (int) Math.min(ring.length - (written - read), ring.length - at);
            int now = Math.min(room, count - done);
            System.arraycopy(bytes, from + done, ring, at, now);
            written += now;
            done += now;
            notifyAll();
        }
    }

    private synchronized int read(byte[] bytes, int from, int count) throws IOException {
        waitWhile(() -> written == read && !abandoned && !ended);
        if (abandoned) {
            throw new IOException("the link is closed");
        }
        int at = (int) (read % ring.length);
        int now = (int) Math.min(Math.min(written - read, ring.length - at), count);
        if (now == 0) {
            return -1;
        }
        System.arraycopy(ring, at, bytes, from, now);
        read += now;
        notifyAll();
        return now;
    }

    private void waitWhile(BooleanSupplier nothingToDo) throws InterruptedIOException {
        try {
            while (nothingToDo.getAsBoolean()) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    InputStream reading() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                var one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int from, int count) throws IOException {
                Objects.checkFromIndexSize(from, count, bytes.length);
                return count == 0 ? 0 : Pipe.this.read(bytes, from, count);
            }
        };
    }

    OutputStream writing() {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                Pipe.this.write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int count) throws IOException {
                Objects.checkFromIndexSize(from, count, bytes.length);
                Pipe.this.write(bytes, from, count);
            }
        };
    }
}
