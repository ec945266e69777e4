package dev.mens.transfer;

import dev.mens.content.ContentId;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.BitSet;

/// What is said on a link of `chunks/1` (docs/decisions). The puller names a bundle, then asks for
/// pieces; the holder says what it has, then sends pieces and news of others that have come. All
/// integers are big-endian.
final class ChunkWire {
    static final String NAME = "chunks/1";

    /// Pieces that a puller may have asked for and not yet received.
    static final int MAX_ASKED = 64;

    // What a puller says after the 64 bytes of the bundle's hash.
    static final int WANT = 'W';

    // What a holder says.
    static final int NOT_HERE = 'N';
    static final int ALL = 'A';
    static final int SOME = 'S';
    static final int HAVE = 'H';
    static final int CHUNK = 'C';
    static final int LATER = 'L';

    private ChunkWire() {}

    static void writeBundle(DataOutputStream out, ContentId bundle) throws IOException {
        out.write(bundle.bytes());
        out.flush();
    }

    static ContentId readBundle(DataInputStream in) throws IOException {
        return new ContentId(in.readNBytes(ContentId.BYTES));
    }

    static void writeSome(DataOutputStream out, BitSet present, int count) throws IOException {
        out.writeByte(SOME);
        var bits = new byte[(count + 7) / 8];
        var set = present.toByteArray();
        System.arraycopy(set, 0, bits, 0, set.length);
        out.write(bits);
    }

    static BitSet readSome(DataInputStream in, int count) throws IOException {
        var bits = new byte[(count + 7) / 8];
        in.readFully(bits);
        var present = BitSet.valueOf(bits);
        present.clear(count, Math.max(count, present.length()));
        return present;
    }

    static void writePiece(DataOutputStream out, int kind, int piece) throws IOException {
        out.writeByte(kind);
        out.writeInt(piece);
    }

    /// @throws IOException if there is no such piece
    static int readPiece(DataInputStream in, int count) throws IOException {
        int piece = in.readInt();
        if (piece < 0 || piece >= count) {
            throw new IOException("piece " + piece + " of " + count);
        }
        return piece;
    }
}
