package dev.mens.transfer;

import dev.mens.content.ContentId;
import dev.mens.mesh.Link;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/// Sends the pieces of one bundle to one peer: as it asks for them, and with news of those that
/// come meanwhile, if this node is getting the bundle itself. If this node has it whole, a peer
/// that asks for what another peer has just been given is put off.
final class ChunkServing {
    private final Link link;
    private final Function<ContentId, Optional<ChunkSource>> sources;
    private final TrafficMeter meter;
    private final Pace pace;
    private final Handouts handouts;
    private final BlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
    private final AtomicInteger asked = new AtomicInteger();
    private byte[] buffer = new byte[0];

    private sealed interface Task {}

    private record Send(int piece) implements Task {}

    private record Tell(int piece) implements Task {}

    private record Stop() implements Task {}

    ChunkServing(
            Link link,
            Function<ContentId, Optional<ChunkSource>> sources,
            TrafficMeter meter,
            Pace pace,
            Handouts handouts) {
        this.link = link;
        this.sources = sources;
        this.meter = meter;
        this.pace = pace;
        this.handouts = handouts;
    }

    void run() throws IOException, InterruptedException {
        var in = new DataInputStream(link.input());
        var out = new DataOutputStream(link.output());
        var bundle = ChunkWire.readBundle(in);
        var found = sources.apply(bundle);
        if (found.isEmpty()) {
            out.writeByte(ChunkWire.NOT_HERE);
            out.flush();
            return;
        }
        var source = found.get();
        // First the news, then what is here: a piece may be told twice, but none is missed.
        try (var _ = source.follow(piece -> tasks.add(new Tell(piece)));
                var puller = handouts.enter(link.peer(), bundle)) {
            if (source.complete()) {
                out.writeByte(ChunkWire.ALL);
            } else {
                ChunkWire.writeSome(out, source.present(), source.pieces().count());
            }
            out.flush();
            var reader =
                    Thread.ofVirtual()
                            .name("mens-chunks-asked")
                            .inheritInheritableThreadLocals(false)
                            .start(() -> readWants(in, source.pieces().count()));
            try {
                work(source, puller, out);
            } finally {
                reader.interrupt();
            }
        }
    }

    private void readWants(DataInputStream in, int count) {
        try {
            while (in.read() == ChunkWire.WANT && asked.incrementAndGet() <= ChunkWire.MAX_ASKED) {
                tasks.add(new Send(ChunkWire.readPiece(in, count)));
            }
        } catch (IOException gone) {
            // The peer has left; so does this side.
        } finally {
            tasks.add(new Stop());
        }
    }

    private void work(ChunkSource source, Handouts.Puller puller, DataOutputStream out)
            throws IOException, InterruptedException {
        while (true) {
            switch (tasks.take()) {
                case Send(int piece) -> {
                    if (source.complete() && !puller.mayHave(piece)) {
                        ChunkWire.writePiece(out, ChunkWire.LATER, piece);
                    } else {
                        pace.run(() -> send(source, piece, out));
                        puller.took();
                    }
                    asked.decrementAndGet();
                }
                case Tell(int piece) -> ChunkWire.writePiece(out, ChunkWire.HAVE, piece);
                case Stop() -> {
                    return;
                }
            }
            if (tasks.isEmpty()) {
                out.flush();
            }
        }
    }

    private void send(ChunkSource source, int piece, DataOutputStream out) throws IOException {
        if (!source.present().get(piece)) {
            throw new EOFException("a peer asks for a piece that it was not offered");
        }
        int size = source.pieces().get(piece).size();
        if (buffer.length < size) {
            buffer = new byte[source.pieces().largest()];
        }
        source.read(piece, buffer);
        ChunkWire.writePiece(out, ChunkWire.CHUNK, piece);
        out.write(buffer, 0, size);
        meter.sent(link.peer(), size);
    }
}
