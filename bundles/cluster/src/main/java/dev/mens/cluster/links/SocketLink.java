package dev.mens.cluster.links;

import dev.mens.cluster.gate.Guest;
import dev.mens.mesh.Link;
import dev.mens.mesh.PeerId;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// A link over a connection of its own.
final class SocketLink implements Link {
    private static final int BUFFER_BYTES = 1 << 16;

    private final Guest guest;
    private final String protocol;
    private final Socket socket;
    private final InputStream input;
    private final OutputStream output;
    private final Consumer<SocketLink> closed;
    private final AtomicBoolean closing = new AtomicBoolean();

    SocketLink(Guest guest, String protocol, Consumer<SocketLink> closed) throws IOException {
        this.guest = guest;
        this.protocol = protocol;
        this.socket = guest.socket();
        this.input = new BufferedInputStream(new Input(socket.getInputStream()), BUFFER_BYTES);
        this.output = new BufferedOutputStream(new Output(socket.getOutputStream()), BUFFER_BYTES);
        this.closed = closed;
    }

    @Override
    public PeerId peer() {
        return guest.id();
    }

    @Override
    public String protocol() {
        return protocol;
    }

    @Override
    public InputStream input() {
        return input;
    }

    @Override
    public void patience(Duration most) throws IOException {
        socket.setSoTimeout(Math.max(1, Math.toIntExact(most.toMillis())));
    }

    @Override
    public OutputStream output() {
        return output;
    }

    @Override
    public void close() throws IOException {
        if (closing.compareAndSet(false, true)) {
            closed.accept(this);
            try (socket) {
                output.flush();
            }
        }
    }

    /// Closes without sending what is buffered; whoever reads or writes gets an exception.
    void cut() {
        if (closing.compareAndSet(false, true)) {
            closed.accept(this);
        }
        guest.cut();
    }

    /// A virtual thread that is interrupted in a socket gets a plain SocketException, and a
    /// platform thread is not woken at all; the contract promises more.
    private IOException explained(IOException broken) {
        if (!Thread.currentThread().isInterrupted()) {
            return broken;
        }
        cut();
        var interrupted = new InterruptedIOException("interrupted");
        interrupted.initCause(broken);
        return interrupted;
    }

    private final class Input extends FilterInputStream {
        Input(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            try {
                return in.read();
            } catch (IOException broken) {
                throw explained(broken);
            }
        }

        @Override
        public int read(byte[] bytes, int from, int count) throws IOException {
            try {
                return in.read(bytes, from, count);
            } catch (IOException broken) {
                throw explained(broken);
            }
        }
    }

    private final class Output extends OutputStream {
        private final OutputStream out;

        Output(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            try {
                out.write(bytes, from, count);
            } catch (IOException broken) {
                throw explained(broken);
            }
        }

        @Override
        public void flush() throws IOException {
            try {
                out.flush();
            } catch (IOException broken) {
                throw explained(broken);
            }
        }
    }
}
