package dev.mens.formats.pickle;

import dev.mens.compute.Shape;
import dev.mens.diagnostics.ProblemException;
import dev.mens.formats.FormatProblem;
import dev.mens.formats.convert.FileTensor;
import dev.mens.formats.convert.StridedTensor;
import dev.mens.formats.convert.TensorSource;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// The tensors of one PyTorch file, checked to lie inside their storages.
public final class CheckpointTensors {
    /// Views may repeat a storage, but no model is many times its file.
    private static final int MAX_GROWTH = 8;

    private final FileChannel channel;
    private final String file;
    private final Arena arena;
    private long totalBytes;

    private CheckpointTensors(FileChannel channel, String file, Arena arena) {
        this.channel = channel;
        this.file = file;
        this.arena = arena;
    }

    /// @param arena owns the mappings that views need
    /// @throws ProblemException vox/format/… if the file is not sound or wants to run code
    public static Map<String, TensorSource> of(FileChannel channel, String file, Arena arena)
            throws IOException {
        return new CheckpointTensors(channel, file, arena).read();
    }

    private Map<String, TensorSource> read() throws IOException {
        var tensors = new LinkedHashMap<String, TensorSource>();
        for (var root : CheckpointReader.read(channel, file)) {
            for (var named : PickleTree.model(root.value()).entrySet()) {
                var name =
                        root.name().equals("constants")
                                ? "constants." + named.getKey()
                                : named.getKey();
                tensors.put(name, tensor(name, named.getValue(), root));
            }
        }
        if (tensors.isEmpty()) {
            throw FormatProblem.NO_TENSORS.with(file);
        }
        return withoutWrapper(tensors);
    }

    /// DataParallel puts `module.` before every name.
    private static Map<String, TensorSource> withoutWrapper(Map<String, TensorSource> tensors) {
        if (!tensors.keySet().stream().allMatch(name -> name.startsWith("module."))) {
            return tensors;
        }
        var unwrapped = new LinkedHashMap<String, TensorSource>();
        tensors.forEach((name, tensor) -> unwrapped.put(name.substring(7), tensor));
        return unwrapped;
    }

    private TensorSource tensor(String name, PickleValue.View view, CheckpointReader.Root root)
            throws IOException {
        var extent = root.storages().get(view.storage().key());
        if (extent == null) {
            throw bad(name, "its storage " + view.storage().key() + " is missing");
        }
        if (view.storage().bytes() > extent.bytes()) {
            throw bad(name, "its storage is cut off");
        }
        int size = view.dtype().blockBytes();
        var shape = shape(name, view);
        requireInside(name, view, shape, extent.bytes() / size);
        totalBytes += view.dtype().bytes(shape.elements());
        if (totalBytes > MAX_GROWTH * channel.size()) {
            throw FormatProblem.PICKLE_LIMIT.with(file, "tensors many times its size");
        }
        if (contiguous(view, shape)) {
            return new FileTensor(
                    view.dtype(), shape, channel, extent.offset() + view.offset() * size);
        }
        var mapping =
                channel.map(FileChannel.MapMode.READ_ONLY, extent.offset(), extent.bytes(), arena);
        return new StridedTensor(view.dtype(), shape, mapping, view.offset(), view.strides());
    }

    private Shape shape(String name, PickleValue.View view) {
        try {
            var shape = new Shape(view.sizes());
            view.dtype().bytes(shape.elements());
            return shape;
        } catch (ProblemException | ArithmeticException bad) {
            throw FormatProblem.OVERFLOW.because(
                    bad, file, name, "the shape " + Arrays.toString(view.sizes()));
        }
    }

    private void requireInside(String name, PickleValue.View view, Shape shape, long available) {
        if (view.strides().length != shape.rank() || view.offset() < 0) {
            throw bad(name, "its strides do not fit its shape");
        }
        long last = view.offset();
        try {
            for (int i = 0; i < shape.rank(); i++) {
                if (view.strides()[i] < 0) {
                    throw bad(name, "a stride is negative");
                }
                last =
                        Math.addExact(
                                last,
                                Math.multiplyExact(
                                        Math.max(0, shape.size(i) - 1), view.strides()[i]));
            }
        } catch (ArithmeticException overflow) {
            throw FormatProblem.OVERFLOW.because(overflow, file, name, "a stride");
        }
        if (shape.elements() > 0 && last >= available) {
            throw bad(name, "it reaches beyond its storage");
        }
    }

    private static boolean contiguous(PickleValue.View view, Shape shape) {
        long expected = 1;
        for (int i = shape.rank() - 1; i >= 0; i--) {
            if (shape.size(i) != 1 && view.strides()[i] != expected) {
                return shape.elements() == 0;
            }
            expected *= shape.size(i);
        }
        return true;
    }

    private ProblemException bad(String name, String why) {
        return FormatProblem.BAD_ENTRY.with(file, name, why);
    }
}
