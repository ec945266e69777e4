package dev.mens.remote;

import dev.mens.content.ContentId;
import dev.mens.inference.Prompt;
import dev.mens.inference.SamplingParams;
import dev.mens.mesh.Link;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/// A link on which a peer is asked one thing after the other. Whoever waits for a reply reads it
/// from the link itself: a thread that reads ahead would be one more to wake for each token.
final class PeerCall implements AutoCloseable {
    /// Between two looks at whether the waiting thread was interrupted, or the peer hangs.
    private static final Duration LOOK = Duration.ofMillis(100);

    private static final Duration AT_ONCE = Duration.ofMillis(1);

    private final Link link;
    private final DataOutputStream out;
    private final DataInputStream in;
    private long heardNanos;
    private volatile boolean broken;

    /// The peer says nothing for longer than one that is at work does.
    private static final class Hangs extends IOException {
        private static final long serialVersionUID = 1;

        Hangs() {
            super("it said nothing for " + Wire.HANGS.toMillis() + " ms");
        }
    }

    PeerCall(Link link) throws IOException {
        this.link = link;
        this.out = new DataOutputStream(link.output());
        this.in = new DataInputStream(new Patient(link.input()));
        link.patience(LOOK);
    }

    boolean broken() {
        return broken;
    }

    /// Whether the peer is ready for another request: it has neither ended the link nor said
    /// anything that it was not asked.
    boolean atRest() {
        boolean silent = false;
        if (!broken) {
            try {
                link.patience(AT_ONCE);
                while (link.input().read() == Wire.ALIVE) {
                    // It came too late for the request before.
                }
            } catch (SocketTimeoutException nothingSaid) {
                silent = true;
            } catch (IOException ended) {
                broken = true;
            }
        }
        return silent && isPatient();
    }

    private boolean isPatient() {
        try {
            link.patience(LOOK);
            return true;
        } catch (IOException ended) {
            broken = true;
            return false;
        }
    }

    void load(String backend, ContentId bundle) throws IOException {
        send(Wire.LOAD, backend, bundle);
        out.flush();
    }

    void describe(ContentId bundle) throws IOException {
        send(Wire.DESCRIBE, "", bundle);
        out.flush();
    }

    void predict(String backend, ContentId bundle, Prompt prompt, SamplingParams sampling)
            throws IOException {
        send(Wire.PREDICT, backend, bundle);
        PromptWire.write(prompt, out);
        PromptWire.write(sampling, out);
        out.flush();
    }

    private void send(int kind, String backend, ContentId bundle) throws IOException {
        out.writeByte(kind);
        Wire.writeText(out, backend);
        out.write(bundle.bytes());
    }

    /// Lets the peer send more tokens.
    void credit(int tokens) throws IOException {
        out.writeByte(Wire.CREDIT);
        out.writeInt(tokens);
        out.flush();
    }

    /// The next reply; `Lost` if the peer hangs or the link is closed.
    Reply await() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        heardNanos = System.nanoTime();
        try {
            var reply = Reply.read(in);
            while (reply instanceof Reply.Alive) {
                reply = Reply.read(in);
            }
            return reply;
        } catch (Hangs hangs) {
            close();
            return new Reply.Lost(String.valueOf(hangs.getMessage()));
        } catch (InterruptedIOException interrupted) {
            close();
            throw (InterruptedException) new InterruptedException().initCause(interrupted);
        } catch (IOException ended) {
            broken = true;
            return new Reply.Lost("its link broke: " + ended.getMessage());
        }
    }

    /// Cancels what the peer does for this call.
    @Override
    public void close() {
        broken = true;
        try {
            link.close();
        } catch (IOException alreadyBroken) {
            // There is nothing left to close.
        }
    }

    /// Tries again as long as the peer may still be at work.
    private final class Patient extends FilterInputStream {
        Patient(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            while (true) {
                try {
                    return heard(in.read());
                } catch (SocketTimeoutException silent) {
                    goOn();
                }
            }
        }

        @Override
        public int read(byte[] into, int from, int count) throws IOException {
            while (true) {
                try {
                    return heard(in.read(into, from, count));
                } catch (SocketTimeoutException silent) {
                    goOn();
                }
            }
        }

        private int heard(int result) {
            heardNanos = System.nanoTime();
            return result;
        }

        private void goOn() throws IOException {
            if (Thread.interrupted()) {
                throw new InterruptedIOException("interrupted");
            }
            if (System.nanoTime() - heardNanos >= Wire.HANGS.toNanos()) {
                throw new Hangs();
            }
        }
    }
}
