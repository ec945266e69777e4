package dev.mens.remote;

import dev.mens.content.ContentId;
import dev.mens.inference.Prompt;
import dev.mens.inference.SamplingParams;
import dev.mens.mesh.Link;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A link on which a peer is asked one thing after the other. Replies are read as they come, so
/// that a peer that falls silent is told from one that has much to do.
final class PeerCall implements AutoCloseable {
    private final Link link;
    private final DataOutputStream out;
    private final BlockingQueue<Reply> replies = new LinkedBlockingQueue<>();
    private volatile long heardNanos = System.nanoTime();
    private volatile boolean broken;

    PeerCall(Link link) {
        this.link = link;
        this.out = new DataOutputStream(link.output());
        Thread.ofVirtual()
                .name("mens-peer-replies")
                .inheritInheritableThreadLocals(false)
                .start(this::read);
    }

    private void read() {
        var in = new DataInputStream(link.input());
        try {
            while (true) {
                var reply = Reply.read(in);
                heardNanos = System.nanoTime();
                if (!(reply instanceof Reply.Alive)) {
                    replies.add(reply);
                }
            }
        } catch (IOException ended) {
            broken = true;
            replies.add(new Reply.Lost("its link broke: " + ended.getMessage()));
        }
    }

    boolean usable() {
        return !broken && replies.isEmpty();
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
        heardNanos = System.nanoTime();
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
        while (true) {
            long patience = heardNanos + Wire.HANGS.toNanos() - System.nanoTime();
            var reply = replies.poll(Math.max(0, patience), TimeUnit.NANOSECONDS);
            if (reply != null) {
                return reply;
            }
            if (System.nanoTime() - heardNanos >= Wire.HANGS.toNanos()) {
                close();
                return new Reply.Lost("it said nothing for " + Wire.HANGS.toMillis() + " ms");
            }
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
}
