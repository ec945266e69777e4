package dev.mens.formats.convert;

import dev.mens.compute.DType;
import dev.mens.compute.Shape;
import dev.mens.formats.safetensors.Header;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Writes one SafeTensors file. Equal tensors give equal bytes: wider types first, then by name;
/// metadata by key; the header padded with spaces to a multiple of 8.
///
/// Quantized tensors are written as U8, tagged in the metadata (docs/formats.md).
public final class SafeTensorsWriter {
    private static final JsonFactory JSON = new JsonFactory();

    private SafeTensorsWriter() {}

    /// Writes beside `target` and renames when complete. What an interrupted call with the same
    /// tensors left there is not written again.
    ///
    /// @param metadata beside the tags, which are added
    public static void write(
            Path target,
            Map<String, ? extends TensorSource> tensors,
            Map<String, String> metadata,
            Meter meter)
            throws IOException, InterruptedException {
        var order = order(tensors);
        var partial = target.resolveSibling(target.getFileName() + ".part");
        try (var channel =
                FileChannel.open(
                        partial,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            var header = header(order, metadata);
            if (!startsWith(channel, header)) {
                channel.truncate(0);
                writeFully(channel, header);
            }
            writeData(channel, order, header.limit(), meter);
        }
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void writeData(
            FileChannel channel,
            List<Map.Entry<String, TensorSource>> order,
            long start,
            Meter meter)
            throws IOException, InterruptedException {
        // Files only grow at their end, so whatever lies before the end was written whole.
        long present = channel.size();
        long position = start;
        try (var arena = Arena.ofConfined()) {
            var buffer = arena.allocate(DType.F64.bytes(TensorSource.PIECE));
            for (var tensor : order) {
                meter.step(tensor.getKey());
                var source = tensor.getValue();
                long elements = source.shape().elements();
                for (long first = 0; first < elements; first += TensorSource.PIECE) {
                    int count = (int) Math.min(TensorSource.PIECE, elements - first);
                    long bytes = source.dtype().bytes(count);
                    if (position + bytes > present) {
                        source.read(first, count, buffer);
                        channel.position(position);
                        writeFully(channel, buffer.asSlice(0, bytes).asByteBuffer());
                    }
                    position += bytes;
                    meter.advance((long) (source.sourceBytes() * ((double) count / elements)));
                }
            }
        }
    }

    private static boolean startsWith(FileChannel channel, ByteBuffer header) throws IOException {
        var found = ByteBuffer.allocate(header.limit());
        while (found.hasRemaining()) {
            if (channel.read(found, found.position()) < 0) {
                return false;
            }
        }
        return found.flip().equals(header);
    }

    private static List<Map.Entry<String, TensorSource>> order(
            Map<String, ? extends TensorSource> tensors) {
        var order = new ArrayList<Map.Entry<String, TensorSource>>();
        tensors.forEach((name, tensor) -> order.add(Map.entry(name, tensor)));
        order.sort(
                Comparator.<Map.Entry<String, TensorSource>>comparingInt(
                                tensor -> -alignment(tensor.getValue().dtype()))
                        .thenComparing(Map.Entry::getKey));
        return order;
    }

    private static int alignment(DType dtype) {
        return dtype.quantized() ? 0 : dtype.blockBytes();
    }

    private static ByteBuffer header(
            List<Map.Entry<String, TensorSource>> order, Map<String, String> metadata) {
        var bytes = new ByteArrayOutputStream();
        try (var json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            writeMetadata(json, order, metadata);
            long begin = 0;
            for (var tensor : order) {
                var source = tensor.getValue();
                long end = begin + source.dtype().bytes(source.shape().elements());
                writeEntry(json, tensor.getKey(), source, begin, end);
                begin = end;
            }
            json.writeEndObject();
        }
        while (bytes.size() % 8 != 0) {
            bytes.write(' ');
        }
        return ByteBuffer.allocate(8 + bytes.size())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(bytes.size())
                .put(bytes.toByteArray())
                .flip();
    }

    private static void writeMetadata(
            JsonGenerator json,
            List<Map.Entry<String, TensorSource>> order,
            Map<String, String> metadata) {
        var all = new TreeMap<>(metadata);
        // What some readers, transformers among them, insist on.
        all.putIfAbsent("format", "pt");
        for (var tensor : order) {
            var dtype = tensor.getValue().dtype();
            if (dtype.quantized()) {
                all.put(Header.TAG_PREFIX + tensor.getKey(), dtype.name());
            }
        }
        json.writeName("__metadata__");
        json.writeStartObject();
        all.forEach(json::writeStringProperty);
        json.writeEndObject();
    }

    private static void writeEntry(
            JsonGenerator json, String name, TensorSource source, long begin, long end) {
        var dtype = source.dtype();
        json.writeName(name);
        json.writeStartObject();
        json.writeStringProperty("dtype", dtype.quantized() ? "U8" : dtype.name());
        json.writeName("shape");
        json.writeStartArray();
        for (long size : stored(dtype, source.shape())) {
            json.writeNumber(size);
        }
        json.writeEndArray();
        json.writeName("data_offsets");
        json.writeStartArray();
        json.writeNumber(begin);
        json.writeNumber(end);
        json.writeEndArray();
        json.writeEndObject();
    }

    /// Sizes as U8: the last one counts bytes.
    private static long[] stored(DType dtype, Shape shape) {
        var sizes = shape.sizes();
        if (dtype.quantized()) {
            sizes[sizes.length - 1] = dtype.bytes(sizes[sizes.length - 1]);
        }
        return sizes;
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
