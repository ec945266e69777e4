package dev.mens.remote;

import dev.mens.content.ContentId;
import dev.mens.diagnostics.ProblemException;
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

/// A peer that is asked one thing after the other, on one link. Whoever waits for a reply reads it
/// from the link itself: a thread that reads ahead would be one more to wake for each token.
///
/// The peer may end a link that is at rest, which shows when it is asked again; then it is asked
/// on a new one.
final class PeerCall implements AutoCloseable {
    /// Between two looks at whether the waiting thread was interrupted, or the peer hangs.
    private static final Duration LOOK = Duration.ofMillis(100);

    private static final Question NONE = _ -> {};

    private final Dialling dialling;
    private volatile Line line;
    private Question question = NONE;
    private boolean rested;
    private boolean answered;
    private long heardNanos;
    private volatile boolean broken;
    private volatile boolean closed;

    /// Opens a link to the peer.
    interface Dialling {
        Link dial() throws IOException;
    }

    private interface Question {
        void put(DataOutputStream out) throws IOException;
    }

    private record Line(Link link, DataOutputStream out, DataInputStream in) {}

    /// The peer says nothing for longer than one that is at work does.
    private static final class Hangs extends IOException {
        private static final long serialVersionUID = 1;

        Hangs() {
            super("it said nothing for " + Wire.HANGS.toMillis() + " ms");
        }
    }

    PeerCall(Dialling dialling) throws IOException {
        this.dialling = dialling;
        this.line = dial();
    }

    private Line dial() throws IOException {
        var link = dialling.dial();
        link.patience(LOOK);
        return new Line(
                link,
                new DataOutputStream(link.output()),
                new DataInputStream(new Patient(link.input())));
    }

    boolean broken() {
        return broken;
    }

    void load(String backend, ContentId bundle) throws IOException {
        ask(out -> write(Wire.LOAD, backend, bundle, out));
    }

    void describe(ContentId bundle) throws IOException {
        ask(out -> write(Wire.DESCRIBE, "", bundle, out));
    }

    void predict(String backend, ContentId bundle, Prompt prompt, SamplingParams sampling)
            throws IOException {
        ask(
                out -> {
                    write(Wire.PREDICT, backend, bundle, out);
                    PromptWire.write(prompt, out);
                    PromptWire.write(sampling, out);
                });
    }

    private static void write(int kind, String backend, ContentId bundle, DataOutputStream out)
            throws IOException {
        out.writeByte(kind);
        Wire.writeText(out, backend);
        out.write(bundle.bytes());
    }

    private void ask(Question asked) throws IOException {
        question = asked;
        rested = answered;
        answered = false;
        try {
            put();
        } catch (IOException ended) {
            if (!askAgain()) {
                throw ended;
            }
        }
    }

    private void put() throws IOException {
        var out = line.out();
        question.put(out);
        out.flush();
    }

    /// @return false if the link was not at rest when the peer was asked, or this call was closed
    private boolean askAgain() throws IOException {
        if (!rested || answered || closed) {
            return false;
        }
        rested = false;
        hangUp();
        line = redial();
        if (closed) {
            hangUp();
        }
        put();
        return true;
    }

    private Line redial() throws IOException {
        try {
            return dial();
        } catch (ProblemException turnedAway) {
            throw new IOException(turnedAway.getMessage(), turnedAway);
        }
    }

    /// Lets the peer send more tokens.
    void credit(int tokens) throws IOException {
        var out = line.out();
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
            var reply = Reply.read(line.in());
            while (reply instanceof Reply.Alive) {
                reply = Reply.read(line.in());
            }
            answered = true;
            question = NONE;
            return reply;
        } catch (Hangs hangs) {
            close();
            return new Reply.Lost(String.valueOf(hangs.getMessage()));
        } catch (InterruptedIOException interrupted) {
            close();
            throw (InterruptedException) new InterruptedException().initCause(interrupted);
        } catch (IOException ended) {
            return awaitAgain(ended);
        }
    }

    private Reply awaitAgain(IOException ended) throws InterruptedException {
        try {
            if (askAgain()) {
                return await();
            }
        } catch (IOException unreachable) {
            ended.addSuppressed(unreachable);
        }
        broken = true;
        return new Reply.Lost("its link broke: " + ended.getMessage());
    }

    /// Cancels what the peer does for this call.
    @Override
    public void close() {
        closed = true;
        broken = true;
        hangUp();
    }

    private void hangUp() {
        try {
            line.link().close();
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
