package dev.mens.formats.gguf;

import dev.mens.compute.DType;
import dev.mens.compute.Shape;
import dev.mens.diagnostics.ProblemException;
import dev.mens.formats.FormatProblem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;

/// Reads and checks the head of a GGUF file, versions 2 and 3, little-endian.
///
/// @see <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">GGUF</a>
public final class GgufReader {
    /// `GGUF` as it lies in the file.
    public static final int MAGIC = 0x46554747;

    private static final int MAX_VALUES = 65_536;
    private static final int MAX_TENSORS = 100_000;
    private static final int MAX_DIMENSIONS = 4;
    private static final int DEFAULT_ALIGNMENT = 32;
    private static final int MAX_ALIGNMENT = 1 << 20;

    private final String file;
    private final GgufCursor cursor;
    private final long fileBytes;

    private GgufReader(FileChannel channel, String file) throws IOException {
        this.file = file;
        this.cursor = new GgufCursor(channel, file);
        this.fileBytes = channel.size();
    }

    /// @param file for messages
    /// @throws ProblemException vox/format/… if the file is not sound
    public static GgufFile read(FileChannel channel, String file) throws IOException {
        return new GgufReader(channel, file).read();
    }

    private GgufFile read() throws IOException {
        if (cursor.remaining() < 24 || cursor.i32() != MAGIC) {
            throw FormatProblem.NOT_GGUF.with(file);
        }
        int version = cursor.i32();
        if (version != 2 && version != 3) {
            throw FormatProblem.GGUF_VERSION.with(file, Integer.toUnsignedString(version));
        }
        long tensors = cursor.i64();
        long values = cursor.i64();
        requireCount("tensors", tensors, MAX_TENSORS, 24);
        requireCount("values", values, MAX_VALUES, 13);
        var metadata = metadata((int) values);
        var infos = new ArrayList<TensorInfo>();
        var names = new HashSet<String>();
        for (long i = 0; i < tensors; i++) {
            var info = info();
            if (!names.add(info.name())) {
                throw FormatProblem.DUPLICATE_NAME.with(file, shown(info.name()));
            }
            infos.add(info);
        }
        return new GgufFile(metadata, place(infos, alignment(metadata)));
    }

    private void requireCount(String what, long count, int limit, int leastBytes) {
        if (count < 0 || count > limit || count * leastBytes > cursor.remaining()) {
            throw FormatProblem.GGUF_LIMIT.with(
                    file, Long.toUnsignedString(count) + " " + what, limit);
        }
    }

    private GgufMetadata metadata(int count) throws IOException {
        var values = new LinkedHashMap<String, GgufValue>();
        var reader = new GgufValueReader(cursor, file);
        for (int i = 0; i < count; i++) {
            var key = cursor.string();
            if (values.put(key, reader.read(key, cursor.i32())) != null) {
                throw FormatProblem.DUPLICATE_NAME.with(file, shown(key));
            }
        }
        return new GgufMetadata(Collections.unmodifiableMap(values));
    }

    private record TensorInfo(String name, DType dtype, Shape shape, long offset) {}

    private TensorInfo info() throws IOException {
        var name = cursor.string();
        int rank = cursor.i32();
        if (rank < 0 || rank > MAX_DIMENSIONS) {
            throw FormatProblem.BAD_ENTRY.with(
                    file, shown(name), Integer.toUnsignedString(rank) + " dimensions");
        }
        var sizes = new long[rank];
        for (int i = rank - 1; i >= 0; i--) {
            sizes[i] = cursor.i64();
        }
        int type = cursor.i32();
        var dtype = GgufTypes.dtype(type);
        if (dtype == null) {
            throw FormatProblem.UNKNOWN_DTYPE.with(file, shown(name), GgufTypes.name(type));
        }
        long offset = cursor.i64();
        return new TensorInfo(name, dtype, shape(name, dtype, sizes), offset);
    }

    private Shape shape(String name, DType dtype, long[] sizes) {
        try {
            var shape = new Shape(sizes);
            long columns = sizes.length == 0 ? 1 : sizes[sizes.length - 1];
            dtype.bytes(columns);
            dtype.bytes(shape.elements());
            return shape;
        } catch (ProblemException | ArithmeticException bad) {
            throw FormatProblem.BAD_ENTRY.because(
                    bad, file, shown(name), "its sizes make no tensor of " + dtype);
        }
    }

    private int alignment(GgufMetadata metadata) {
        long alignment = metadata.whole("general.alignment").orElse(DEFAULT_ALIGNMENT);
        if (alignment < 1 || alignment > MAX_ALIGNMENT || Long.bitCount(alignment) != 1) {
            throw FormatProblem.BAD_ENTRY.with(
                    file, "general.alignment", alignment + " is no power of two up to 2^20");
        }
        return (int) alignment;
    }

    private List<GgufFile.Entry> place(List<TensorInfo> infos, int alignment) {
        long start = Math.ceilDiv(cursor.position(), (long) alignment) * alignment;
        long dataBytes = Math.max(0, fileBytes - start);
        infos.sort(Comparator.comparingLong(TensorInfo::offset));
        var entries = new ArrayList<GgufFile.Entry>(infos.size());
        long covered = 0;
        var previous = "the head";
        for (var info : infos) {
            long bytes = info.dtype().bytes(info.shape().elements());
            if (info.offset() < 0 || info.offset() % alignment != 0) {
                throw FormatProblem.BAD_ENTRY.with(
                        file, shown(info.name()), "its offset is negative or not aligned");
            }
            if (bytes > dataBytes || info.offset() > dataBytes - bytes) {
                throw FormatProblem.PAST_END.with(
                        file, shown(info.name()), info.offset() + bytes, dataBytes);
            }
            if (info.offset() < covered) {
                throw FormatProblem.OVERLAP.with(
                        file, shown(info.name()), info.offset(), previous, covered);
            }
            covered = info.offset() + bytes;
            previous = info.name();
            entries.add(
                    new GgufFile.Entry(
                            info.name(), info.dtype(), info.shape(), start + info.offset()));
        }
        return List.copyOf(entries);
    }

    static String shown(String name) {
        return name.length() <= 120 ? name : name.substring(0, 120) + "…";
    }
}
