package dev.mens.formats.pickle;

import dev.mens.diagnostics.ProblemException;
import dev.mens.formats.BoundedChannelStream;
import dev.mens.formats.FormatProblem;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/// The bytes of pickles, one after the other; allocates nothing that the bytes cannot fill.
final class PickleInput {
    /// Of one pickle; those of the largest checkpoints have a few megabytes.
    static final long MAX_BYTES = 64L << 20;

    private static final int MAX_LINE = 4096;

    private final InputStream bytes;
    private final String file;
    private final long end;
    private long position;

    private PickleInput(InputStream bytes, String file, long start, long end) {
        this.bytes = bytes;
        this.file = file;
        this.position = start;
        this.end = end;
    }

    /// @param bytes how many belong to pickles at most
    static PickleInput of(FileChannel channel, String file, long start, long bytes) {
        long length = Math.min(bytes, MAX_BYTES);
        var stream = new BufferedInputStream(new BoundedChannelStream(channel, start, length));
        return new PickleInput(stream, file, start, start + length);
    }

    static PickleInput of(byte[] bytes, String file) {
        return new PickleInput(new ByteArrayInputStream(bytes), file, 0, bytes.length);
    }

    String file() {
        return file;
    }

    /// Offset in the file of the next byte.
    long position() {
        return position;
    }

    int u8() throws IOException {
        int value = bytes.read();
        if (value < 0) {
            throw truncated();
        }
        position++;
        return value;
    }

    long little(int count) throws IOException {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value |= (long) u8() << (8 * i);
        }
        return value;
    }

    double bigEndianDouble() throws IOException {
        return ByteBuffer.wrap(octets(8)).order(ByteOrder.BIG_ENDIAN).getDouble();
    }

    byte[] octets(long count) throws IOException {
        if (count < 0 || count > end - position) {
            throw truncated();
        }
        var octets = bytes.readNBytes((int) count);
        if (octets.length < count) {
            throw truncated();
        }
        position += count;
        return octets;
    }

    String text(long count) throws IOException {
        return new String(octets(count), StandardCharsets.UTF_8);
    }

    String line() throws IOException {
        var line = new ByteArrayOutputStream();
        for (int next = u8(); next != '\n'; next = u8()) {
            if (line.size() == MAX_LINE) {
                throw FormatProblem.BAD_PICKLE.with(file, position, "a line is too long");
            }
            line.write(next);
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    private ProblemException truncated() {
        return FormatProblem.BAD_PICKLE.with(file, position, "it ends there, or goes on too long");
    }
}
