package dev.mens.cluster.gate;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/// Pieces of at most 64 KiB, each after its length in four bytes.
public final class Frames {
    static final int MAX_BYTES = 1 << 16;

    private Frames() {}

    public static void write(OutputStream out, byte[] frame) throws IOException {
        if (frame.length > MAX_BYTES) {
            throw new IOException("a frame of " + frame.length + " bytes");
        }
        var bytes = ByteBuffer.allocate(Integer.BYTES + frame.length);
        out.write(bytes.putInt(frame.length).put(frame).array());
        out.flush();
    }

    /// Nothing is allocated for a length that is not allowed.
    public static byte[] read(InputStream in) throws IOException {
        var data = new DataInputStream(in);
        int length = data.readInt();
        if (length < 0 || length > MAX_BYTES) {
            throw new IOException("a frame of " + Integer.toUnsignedString(length) + " bytes");
        }
        var frame = data.readNBytes(length);
        if (frame.length < length) {
            throw new EOFException("a frame that ends early");
        }
        return frame;
    }
}
