package dev.mens.formats.convert;

import dev.mens.compute.DType;
import dev.mens.compute.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Consecutive elements of another tensor, in a shape of their own.
///
/// @param start index of the first element, which begins a block
public record PartOfTensor(TensorSource whole, long start, Shape shape) implements TensorSource {

    /// The same elements in another shape.
    public static TensorSource reshaped(TensorSource source, Shape shape) {
        return new PartOfTensor(source, 0, shape);
    }

    @Override
    public DType dtype() {
        return whole.dtype();
    }

    @Override
    public void read(long first, int count, MemorySegment target) throws IOException {
        Runs.read(whole, start + first, count, target);
    }

    /// Reads runs that start at any block, by reading the units around them.
    static final class Runs {
        private Runs() {}

        static void read(TensorSource source, long first, int count, MemorySegment target)
                throws IOException {
            if (first % UNIT == 0 && ends(source, first, count)) {
                source.read(first, count, target);
                return;
            }
            if (source instanceof FileTensor file) {
                file.read(first, count, target);
                return;
            }
            long from = first - first % UNIT;
            long to = Math.min(source.shape().elements(), (first + count + UNIT - 1) / UNIT * UNIT);
            var dtype = source.dtype();
            try (var arena = Arena.ofConfined()) {
                var around = arena.allocate(dtype.bytes(to - from));
                source.read(from, (int) (to - from), around);
                MemorySegment.copy(
                        around, dtype.bytes(first - from), target, 0, dtype.bytes(count));
            }
        }

        private static boolean ends(TensorSource source, long first, int count) {
            return count % UNIT == 0 || first + count == source.shape().elements();
        }
    }
}
