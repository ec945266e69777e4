package dev.mens.formats.onnx;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.OptionalDouble;

/// The values of a graph's small constants.
final class OnnxConstants {
    private static final int INT_64 = 7;
    private static final int FLOAT = 1;
    private static final int MAX_ELEMENTS = 8;

    private final OnnxGraph graph;
    private final ProtoBytes bytes;

    OnnxConstants(OnnxGraph graph, FileChannel channel, String file) throws IOException {
        this.graph = graph;
        this.bytes = new ProtoBytes(channel, file);
    }

    /// A shape that is a constant or concatenated of constants; 0 where it is not known, empty if
    /// nothing of it is.
    long[] shape(Optional<String> value) throws IOException {
        var constant = graph.constant(value);
        if (constant.isPresent()) {
            return wholes(constant.get());
        }
        var concat = graph.producer(value).filter(node -> node.operator().equals("Concat"));
        if (concat.isEmpty() || concat.get().inputs().size() > MAX_ELEMENTS) {
            return new long[0];
        }
        var shape = new long[concat.get().inputs().size()];
        for (int i = 0; i < shape.length; i++) {
            var part = graph.constant(concat.get().input(i));
            var values = part.isPresent() ? wholes(part.get()) : new long[0];
            shape[i] = values.length == 1 ? values[0] : 0;
        }
        return shape;
    }

    /// The one float of a constant.
    OptionalDouble real(String value) throws IOException {
        var constant = graph.constant(Optional.of(value));
        if (constant.isPresent()
                && constant.get().type() == FLOAT
                && constant.get().data() instanceof OnnxTensor.Data.Raw(long start, long count)
                && count == Float.BYTES) {
            return OptionalDouble.of(Float.intBitsToFloat((int) little(start, Float.BYTES)));
        }
        return OptionalDouble.empty();
    }

    private long[] wholes(OnnxTensor tensor) throws IOException {
        if (tensor.type() != INT_64) {
            return new long[0];
        }
        return switch (tensor.data()) {
            case OnnxTensor.Data.Raw(long start, long count) -> raw(start, count);
            case OnnxTensor.Data.Varints(long start, long end) -> varints(start, end);
            case OnnxTensor.Data.External _, OnnxTensor.Data.Missing _ -> new long[0];
        };
    }

    private long[] raw(long start, long count) throws IOException {
        if (count % Long.BYTES != 0 || count > MAX_ELEMENTS * Long.BYTES) {
            return new long[0];
        }
        var values = new long[(int) count / Long.BYTES];
        for (int i = 0; i < values.length; i++) {
            values[i] = little(start + (long) i * Long.BYTES, Long.BYTES);
        }
        return values;
    }

    private long[] varints(long start, long end) throws IOException {
        var message = new ProtoMessage(bytes, start, end);
        var values = new long[MAX_ELEMENTS];
        int count = 0;
        while (!message.atEnd() && count < MAX_ELEMENTS) {
            values[count++] = message.varint();
        }
        return message.atEnd() ? java.util.Arrays.copyOf(values, count) : new long[0];
    }

    private long little(long start, int count) throws IOException {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value |= (long) bytes.at(start + i) << (8 * i);
        }
        return value;
    }
}
