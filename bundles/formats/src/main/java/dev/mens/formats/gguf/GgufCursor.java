package dev.mens.formats.gguf;

import dev.mens.formats.FormatProblem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/// Reads GGUF's little-endian primitives; refuses to leave the file before it allocates anything.
final class GgufCursor {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final long MAX_STRING_BYTES = 16L << 20;

    /// All strings of one file together, so that no file costs more memory than this.
    private static final long MAX_TEXT_BYTES = 64L << 20;

    private final FileChannel channel;
    private final String file;
    private final long fileBytes;
    private final ByteBuffer buffer =
            ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    private long bufferStart;
    private long textBytes;

    GgufCursor(FileChannel channel, String file) throws IOException {
        this.channel = channel;
        this.file = file;
        this.fileBytes = channel.size();
    }

    long position() {
        return bufferStart + buffer.position();
    }

    long remaining() {
        return fileBytes - position();
    }

    byte i8() throws IOException {
        return fill(1).get();
    }

    short i16() throws IOException {
        return fill(2).getShort();
    }

    int i32() throws IOException {
        return fill(4).getInt();
    }

    long i64() throws IOException {
        return fill(8).getLong();
    }

    float f32() throws IOException {
        return fill(4).getFloat();
    }

    double f64() throws IOException {
        return fill(8).getDouble();
    }

    /// UTF-8 with a 64-bit length; bytes that are no UTF-8 become U+FFFD.
    String string() throws IOException {
        long length = i64();
        require(length);
        textBytes += length;
        if (length > MAX_STRING_BYTES || textBytes > MAX_TEXT_BYTES) {
            throw FormatProblem.GGUF_LIMIT.with(
                    file, "a string of " + length + " bytes", textBytes);
        }
        var bytes = new byte[(int) length];
        int done = 0;
        while (done < bytes.length) {
            int piece = Math.min(bytes.length - done, BUFFER_BYTES);
            fill(piece).get(bytes, done, piece);
            done += piece;
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /// Refuses a length that the file cannot hold.
    void require(long bytes) {
        if (bytes < 0 || bytes > remaining()) {
            throw FormatProblem.GGUF_TRUNCATED.with(
                    file, position(), Long.toUnsignedString(bytes), remaining());
        }
    }

    private ByteBuffer fill(int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            require(bytes);
            long start = position();
            buffer.compact();
            while (buffer.position() < bytes) {
                if (channel.read(buffer, start + buffer.position()) < 0) {
                    buffer.flip();
                    throw FormatProblem.GGUF_TRUNCATED.with(file, start, bytes, 0);
                }
            }
            buffer.flip();
            bufferStart = start;
        }
        return buffer;
    }
}
