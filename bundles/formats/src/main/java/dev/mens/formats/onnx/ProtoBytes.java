package dev.mens.formats.onnx;

import dev.mens.diagnostics.ProblemException;
import dev.mens.formats.FormatProblem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/// The bytes of a file by position, through one small window, with a budget for all that is read
/// out of it.
final class ProtoBytes {
    private static final int WINDOW_BYTES = 1 << 16;
    private static final int MAX_TEXT_BYTES = 1 << 16;

    /// Of all names together. A graph of 100 000 nodes needs less.
    private static final long MAX_TEXTS_BYTES = 64L << 20;

    /// Of all messages together; more could not be walked in seconds.
    private static final int MAX_FIELDS = 20_000_000;

    private final FileChannel channel;
    private final String file;
    private final long fileBytes;
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES).limit(0);
    private long windowStart;
    private long textBytes;
    private int fields;

    ProtoBytes(FileChannel channel, String file) throws IOException {
        this.channel = channel;
        this.file = file;
        this.fileBytes = channel.size();
    }

    long size() {
        return fileBytes;
    }

    String file() {
        return file;
    }

    /// The whole file as one message.
    ProtoMessage message() {
        return new ProtoMessage(this, 0, fileBytes);
    }

    int at(long position) throws IOException {
        long index = position - windowStart;
        if (index < 0 || index >= window.limit()) {
            fill(position);
            index = 0;
        }
        return Byte.toUnsignedInt(window.get((int) index));
    }

    /// UTF-8; bytes that are none become U+FFFD.
    String text(long start, long end) throws IOException {
        long length = end - start;
        textBytes += length;
        if (length > MAX_TEXT_BYTES || textBytes > MAX_TEXTS_BYTES) {
            throw FormatProblem.ONNX_LIMIT.with(file, "a name of " + length + " bytes");
        }
        var bytes = new byte[(int) length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) at(start + i);
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    void countField() {
        if (++fields > MAX_FIELDS) {
            throw FormatProblem.ONNX_LIMIT.with(file, "more than " + MAX_FIELDS + " fields");
        }
    }

    ProblemException bad(long position, String why) {
        return FormatProblem.BAD_ONNX.with(file, position, why);
    }

    private void fill(long position) throws IOException {
        if (position >= fileBytes) {
            throw bad(position, "it ends early");
        }
        window.clear();
        window.limit((int) Math.min(WINDOW_BYTES, fileBytes - position));
        while (window.hasRemaining()) {
            if (channel.read(window, position + window.position()) < 0) {
                throw bad(position, "it ends early");
            }
        }
        window.flip();
        windowStart = position;
    }
}
