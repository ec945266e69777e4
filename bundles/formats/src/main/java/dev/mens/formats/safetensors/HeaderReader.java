package dev.mens.formats.safetensors;

import dev.mens.formats.BoundedChannelStream;
import dev.mens.formats.FormatProblem;
import dev.mens.formats.StrictJson;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// Reads and checks the header of a SafeTensors file completely before anything is mapped.
///
/// The rules are those of the reference implementation: a header of at most 100 MB that is one
/// JSON object in UTF-8, without duplicate names, whose entries cover the data without hole or
/// overlap.
///
/// @see <a href="https://huggingface.co/docs/safetensors">SafeTensors</a>
public final class HeaderReader {
    static final long MAX_HEADER_BYTES = 100_000_000;
    static final int MAX_TENSORS = 200_000;
    private static final int LENGTH_BYTES = 8;

    private HeaderReader() {}

    /// @param file for messages
    /// @throws dev.mens.diagnostics.ProblemException vox/format/… if the header is not sound
    public static Header read(FileChannel channel, String file) throws IOException {
        long fileBytes = channel.size();
        long headerBytes = headerBytes(channel, file, fileBytes);
        var stream = new BoundedChannelStream(channel, LENGTH_BYTES, headerBytes);
        var parsed = StrictJson.read(stream, file, json -> new HeaderParser(json, file).parse());
        long dataStart = LENGTH_BYTES + headerBytes;
        var entries = checked(parsed, file);
        checkCoverage(entries, fileBytes - dataStart, file);
        return new Header(List.copyOf(entries), parsed.metadata(), dataStart, fileBytes);
    }

    private static long headerBytes(FileChannel channel, String file, long fileBytes)
            throws IOException {
        if (fileBytes < LENGTH_BYTES) {
            throw FormatProblem.NO_HEADER.with(file, fileBytes);
        }
        var length = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (length.hasRemaining()) {
            if (channel.read(length, length.position()) < 0) {
                throw new EOFException(file);
            }
        }
        long bytes = length.getLong(0);
        if (bytes < 0 || bytes > MAX_HEADER_BYTES) {
            throw FormatProblem.HEADER_TOO_LARGE.with(
                    file, Long.toUnsignedString(bytes), MAX_HEADER_BYTES);
        }
        if (bytes > fileBytes - LENGTH_BYTES) {
            throw FormatProblem.HEADER_PAST_END.with(file, bytes, fileBytes - LENGTH_BYTES);
        }
        return bytes;
    }

    private static List<Header.Entry> checked(HeaderParser.Parsed parsed, String file) {
        var entries = new ArrayList<Header.Entry>(parsed.entries().size());
        var tags = new HashSet<String>();
        for (var raw : parsed.entries()) {
            var key = Header.TAG_PREFIX + raw.name();
            tags.add(key);
            entries.add(raw.checked(file, Optional.ofNullable(parsed.metadata().get(key))));
        }
        parsed.metadata()
                .forEach(
                        (key, value) -> {
                            if (key.startsWith(Header.TAG_PREFIX) && !tags.contains(key)) {
                                throw FormatProblem.BAD_TAG.with(
                                        file,
                                        key.substring(Header.TAG_PREFIX.length()),
                                        value,
                                        "there is no such tensor");
                            }
                        });
        entries.sort(
                Comparator.comparingLong(Header.Entry::begin).thenComparingLong(Header.Entry::end));
        return entries;
    }

    private static void checkCoverage(List<Header.Entry> entries, long dataBytes, String file) {
        long covered = 0;
        var previous = "the header";
        for (var entry : entries) {
            if (entry.begin() < covered) {
                throw FormatProblem.OVERLAP.with(
                        file, entry.name(), entry.begin(), previous, covered);
            }
            if (entry.end() > dataBytes) {
                throw FormatProblem.PAST_END.with(file, entry.name(), entry.end(), dataBytes);
            }
            if (entry.begin() > covered) {
                throw FormatProblem.HOLE.with(file, covered, entry.begin(), entry.name());
            }
            covered = entry.end();
            previous = entry.name();
        }
        if (covered != dataBytes) {
            throw FormatProblem.TRAILING.with(file, dataBytes - covered);
        }
    }
}
