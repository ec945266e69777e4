package dev.mens.formats.onnx;

import dev.mens.compute.DType;
import dev.mens.compute.Shape;
import dev.mens.diagnostics.ProblemException;
import dev.mens.formats.FormatProblem;
import dev.mens.formats.convert.FileTensor;
import dev.mens.formats.convert.StridedTensor;
import dev.mens.formats.convert.TensorSource;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// The parameters of an ONNX file by their names in PyTorch, checked to lie where the file says.
public final class OnnxTensors {
    /// Operators that hold weights in another form than they were trained in.
    private static final Set<String> REWORKED =
            Set.of(
                    "Attention",
                    "DequantizeLinear",
                    "DynamicQuantizeLinear",
                    "DynamicQuantizeLSTM",
                    "DynamicQuantizeMatMul",
                    "EmbedLayerNormalization",
                    "MatMulBnb4",
                    "MatMulInteger",
                    "MatMulIntegerToFloat",
                    "MatMulNBits",
                    "QAttention",
                    "QEmbedLayerNormalization",
                    "QGemm",
                    "QLinearMatMul",
                    "QuantizeLinear");

    /// Of all elements that are written as varints, which must be decoded beforehand.
    private static final long MAX_DECODED_BYTES = 64L << 20;

    /// Opens a file that the model keeps weights in.
    @FunctionalInterface
    public interface Neighbours {
        /// @param location as the model names it, not yet believed
        FileChannel open(String location) throws IOException;
    }

    private final OnnxGraph graph;
    private final FileChannel channel;
    private final String file;
    private final Neighbours neighbours;
    private final Arena arena;
    private final ProtoBytes bytes;
    private long decodedBytes;

    private OnnxTensors(
            OnnxGraph graph, FileChannel channel, String file, Neighbours neighbours, Arena arena)
            throws IOException {
        this.graph = graph;
        this.channel = channel;
        this.file = file;
        this.neighbours = neighbours;
        this.arena = arena;
        this.bytes = new ProtoBytes(channel, file);
    }

    /// @param arena owns the mappings that transposed matrices need
    /// @throws ProblemException vox/format/… if the file is not sound, or was quantized or fused
    public static Map<String, TensorSource> of(
            OnnxGraph graph, FileChannel channel, String file, Neighbours neighbours, Arena arena)
            throws IOException {
        return new OnnxTensors(graph, channel, file, neighbours, arena).read();
    }

    private Map<String, TensorSource> read() throws IOException {
        for (var node : graph.nodes()) {
            if (REWORKED.contains(node.operator())) {
                throw FormatProblem.ONNX_REWORKED.with(file, node.operator());
            }
        }
        var tensors = new LinkedHashMap<String, TensorSource>();
        for (var parameter : new OnnxNames(graph).parameters().entrySet()) {
            tensors.put(parameter.getKey(), tensor(parameter.getKey(), parameter.getValue()));
        }
        if (tensors.isEmpty()) {
            throw FormatProblem.NO_TENSORS.with(file);
        }
        return tensors;
    }

    private TensorSource tensor(String name, OnnxNames.Placed placed) throws IOException {
        var tensor = placed.tensor();
        var dtype =
                tensor.dtype()
                        .orElseThrow(
                                () ->
                                        FormatProblem.UNKNOWN_DTYPE.with(
                                                file, name, "ONNX type " + tensor.type()));
        var shape = shape(name, dtype, tensor.dims());
        return switch (tensor.data()) {
            case OnnxTensor.Data.Raw(long start, long count) ->
                    inFile(name, dtype, shape, channel, start, count, placed.transposed());
            case OnnxTensor.Data.External external ->
                    external(name, dtype, shape, external, placed.transposed());
            case OnnxTensor.Data.Varints(long start, long end) ->
                    view(
                            dtype,
                            shape,
                            decoded(name, dtype, shape, start, end),
                            placed.transposed());
            case OnnxTensor.Data.Missing() -> {
                if (shape.elements() > 0) {
                    throw FormatProblem.BAD_ENTRY.with(file, name, "it has no elements");
                }
                yield view(dtype, shape, MemorySegment.NULL, placed.transposed());
            }
        };
    }

    private Shape shape(String name, DType dtype, long[] dims) {
        try {
            var shape = new Shape(dims);
            dtype.bytes(shape.elements());
            return shape;
        } catch (ProblemException | ArithmeticException bad) {
            throw FormatProblem.OVERFLOW.because(
                    bad, file, name, "the shape " + Arrays.toString(dims));
        }
    }

    private TensorSource inFile(
            String name,
            DType dtype,
            Shape shape,
            FileChannel where,
            long start,
            long count,
            boolean transposed)
            throws IOException {
        long expected = dtype.bytes(shape.elements());
        if (count != expected) {
            throw FormatProblem.WRONG_SIZE.with(file, name, shape, dtype, expected, count);
        }
        if (!transposed) {
            return new FileTensor(dtype, shape, where, start);
        }
        var mapping = where.map(FileChannel.MapMode.READ_ONLY, start, count, arena);
        return view(dtype, shape, mapping, true);
    }

    private TensorSource external(
            String name,
            DType dtype,
            Shape shape,
            OnnxTensor.Data.External external,
            boolean transposed)
            throws IOException {
        var other = neighbours.open(external.location());
        long left = other.size() - external.offset();
        long count = external.bytes() < 0 ? left : external.bytes();
        if (external.offset() < 0 || left < 0 || count > left) {
            throw FormatProblem.PAST_END.with(
                    external.location(), name, external.offset() + count, other.size());
        }
        return inFile(name, dtype, shape, other, external.offset(), count, transposed);
    }

    /// Integers, and 16-bit floats by their bits.
    private MemorySegment decoded(String name, DType dtype, Shape shape, long start, long end)
            throws IOException {
        long count = dtype.bytes(shape.elements());
        decodedBytes += count;
        if (decodedBytes > MAX_DECODED_BYTES || shape.elements() > end - start) {
            throw FormatProblem.ONNX_LIMIT.with(file, name + " of " + count + " bytes as numbers");
        }
        var decoded = ByteBuffer.allocate((int) count).order(ByteOrder.LITTLE_ENDIAN);
        var values = new ProtoMessage(bytes, start, end);
        while (!values.atEnd() && decoded.hasRemaining()) {
            long value = values.varint();
            switch (dtype.blockBytes()) {
                case 1 -> decoded.put((byte) value);
                case 2 -> decoded.putShort((short) value);
                case 4 -> decoded.putInt((int) value);
                default -> decoded.putLong(value);
            }
        }
        if (!values.atEnd() || decoded.hasRemaining()) {
            throw FormatProblem.BAD_ENTRY.with(
                    file, name, "it has not as many elements as it says");
        }
        return MemorySegment.ofArray(decoded.array());
    }

    private static TensorSource view(
            DType dtype, Shape shape, MemorySegment storage, boolean transposed) {
        if (transposed) {
            var turned = new Shape(shape.size(1), shape.size(0));
            return new StridedTensor(dtype, turned, storage, 0, new long[] {1, shape.size(1)});
        }
        var strides = new long[shape.rank()];
        long stride = 1;
        for (int i = shape.rank() - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= shape.size(i);
        }
        return new StridedTensor(dtype, shape, storage, 0, strides);
    }
}
