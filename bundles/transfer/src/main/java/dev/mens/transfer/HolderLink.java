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
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/// Asks one holder for pieces and takes them in: each is checked before it is written, while the
/// next ones are read.
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
    /// As many as pieces were on their way at once: new arrays of their size would each start the
    /// garbage collector's search of the whole heap.
    private final Queue<byte[]> spare = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean corrupt = new AtomicBoolean();

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
            try (var checks = Executors.newVirtualThreadPerTaskExecutor()) {
                take(link, in, checks);
            } catch (IOException e) {
                if (!corrupt.get()) {
                    throw e;
                }
            } finally {
                asking.interrupt();
                asking.join();
            }
            return corrupt.get() ? End.CORRUPT : End.OVER;
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

    private void take(Link link, DataInputStream in, Executor checks)
            throws IOException, InterruptedException {
        while (!plan.done()) {
            int said = in.read();
            if (said < 0) {
                return;
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
                window.release();
            } else if (said == ChunkWire.CHUNK) {
                var bytes = read(in, pieces.get(piece));
                checks.execute(() -> accept(link, pieces.get(piece), bytes));
            } else {
                throw new IOException("a holder says what nobody knows");
            }
        }
    }

    /// @return begins with the piece
    private byte[] read(DataInputStream in, Pieces.Piece piece)
            throws IOException, InterruptedException {
        var idle = spare.poll();
        var bytes = idle == null ? new byte[pieces.largest()] : idle;
        pace.run(() -> in.readFully(bytes, 0, piece.size()));
        intake.received(peer, piece.size());
        return bytes;
    }

    /// A piece that does not fit ends the link; a disk that fails ends the pull.
    private void accept(Link link, Pieces.Piece piece, byte[] bytes) {
        try {
            pace.run(
                    () -> {
                        if (piece.holds(bytes, hashing)) {
                            keep(piece, bytes);
                        } else {
                            refuse(link, piece);
                        }
                    });
        } catch (IOException failed) {
            plan.fail(TransferProblem.diskFailed(failed, files.folder()));
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        } finally {
            spare.add(bytes);
            window.release();
        }
    }

    private void keep(Pieces.Piece piece, byte[] bytes) throws IOException {
        files.write(piece, bytes);
        if (plan.came(peer, piece.index())) {
            intake.arrived(piece);
        }
    }

    private void refuse(Link link, Pieces.Piece piece) {
        if (corrupt.compareAndSet(false, true)) {
            intake.corrupt(peer, piece);
            try {
                link.close();
            } catch (IOException brokenAlready) {
                // Whoever reads notices too.
            }
        }
    }
}
