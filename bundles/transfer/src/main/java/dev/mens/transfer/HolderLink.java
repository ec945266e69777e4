package dev.mens.transfer;

import dev.mens.content.ContentId;
import dev.mens.crypto.Hashing;
import dev.mens.mesh.Link;
import dev.mens.mesh.PeerId;
import dev.mens.mesh.PeerLinks;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.BitSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/// Asks one holder for pieces and takes them in: each is checked before it is written.
final class HolderLink {
    /// What is on its way from one holder, so that the link is never idle between two pieces.
    private static final int WINDOW_BYTES = 8 << 20;

    private final PeerId peer;
    private final ContentId bundle;
    private final Pieces pieces;
    private final PullPlan plan;
    private final PieceFiles files;
    private final Hashing hashing;
    private final Intake intake;
    private final Pace pace;
    private final Semaphore window;
    private final Set<Integer> wanted = ConcurrentHashMap.newKeySet();

    /// Told what comes.
    interface Intake {
        void received(PeerId from, int bytes);

        /// A piece is here that was not before.
        void arrived(Pieces.Piece piece);

        void corrupt(PeerId from, Pieces.Piece piece);
    }

    HolderLink(
            PeerId peer,
            ContentId bundle,
            PullPlan plan,
            PieceFiles files,
            Hashing hashing,
            Intake intake,
            Pace pace) {
        this.peer = peer;
        this.bundle = bundle;
        this.pieces = files.pieces();
        this.plan = plan;
        this.files = files;
        this.hashing = hashing;
        this.intake = intake;
        this.pace = pace;
        int most = Math.max(1, WINDOW_BYTES / Math.max(1, pieces.largest()));
        this.window = new Semaphore(Math.min(most, ChunkWire.MAX_ASKED / 2));
    }

    enum End {
        /// Everything is here, or the holder has closed the link.
        OVER,
        /// It has nothing of this bundle.
        NOT_HERE,
        /// It sent a chunk that does not fit its hash.
        CORRUPT
    }

    End run(PeerLinks links) throws IOException, InterruptedException {
        try (var link = links.open(peer, ChunkWire.NAME)) {
            var in = new DataInputStream(link.input());
            var out = new DataOutputStream(link.output());
            ChunkWire.writeBundle(out, bundle);
            int answer = in.read();
            if (answer != ChunkWire.ALL && answer != ChunkWire.SOME) {
                return End.NOT_HERE;
            }
            boolean whole = answer == ChunkWire.ALL;
            plan.join(peer, whole, whole ? all() : ChunkWire.readSome(in, pieces.count()));
            var asking =
                    Thread.ofVirtual()
                            .name("mens-chunks-ask-" + peer.abbreviated())
                            .inheritInheritableThreadLocals(false)
                            .start(() -> ask(link, out));
            try {
                return take(in);
            } finally {
                asking.interrupt();
                asking.join();
            }
        }
    }

    private BitSet all() {
        var all = new BitSet();
        all.set(0, pieces.count());
        return all;
    }

    private void ask(Link link, DataOutputStream out) {
        try {
            while (true) {
                window.acquire();
                var piece = plan.take(peer);
                if (piece.isEmpty()) {
                    break;
                }
                wanted.add(piece.getAsInt());
                ChunkWire.writePiece(out, ChunkWire.WANT, piece.getAsInt());
                out.flush();
            }
            // All is here: closing ends the reading side too.
            link.close();
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        } catch (IOException broken) {
            plan.leave(peer);
        }
    }

    private End take(DataInputStream in) throws IOException, InterruptedException {
        while (!plan.done()) {
            int said = in.read();
            if (said < 0) {
                return End.OVER;
            }
            int piece = ChunkWire.readPiece(in, pieces.count());
            if (said == ChunkWire.HAVE) {
                plan.peerHas(peer, piece);
                continue;
            }
            if (!wanted.remove(piece)) {
                throw new IOException("a holder sends what it was not asked for");
            }
            if (said == ChunkWire.LATER) {
                plan.putOff(peer, piece);
            } else if (said != ChunkWire.CHUNK) {
                throw new IOException("a holder says what nobody knows");
            } else if (!accept(in, pieces.get(piece))) {
                intake.corrupt(peer, pieces.get(piece));
                return End.CORRUPT;
            }
            window.release();
        }
        return End.OVER;
    }

    private boolean accept(DataInputStream in, Pieces.Piece piece)
            throws IOException, InterruptedException {
        var fits = new boolean[1];
        pace.run(
                () -> {
                    var bytes = new byte[piece.size()];
                    in.readFully(bytes);
                    intake.received(peer, bytes.length);
                    fits[0] = piece.holds(bytes, hashing);
                    if (fits[0]) {
                        files.write(piece, bytes);
                        if (plan.came(peer, piece.index())) {
                            intake.arrived(piece);
                        }
                    }
                });
        return fits[0];
    }
}
