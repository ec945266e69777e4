package dev.mens.formats.convert;

import dev.mens.compute.DType;
import dev.mens.compute.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// A matrix whose rows come in another order; rows of quantized types stay as they are.
///
/// @param order which row of `source` becomes row `r`
public record ReorderedRows(TensorSource source, Order order) implements TensorSource {

    /// A permutation of rows.
    @FunctionalInterface
    public interface Order {
        long source(long row);
    }

    @Override
    public DType dtype() {
        return source.dtype();
    }

    @Override
    public Shape shape() {
        return source.shape();
    }

    @Override
    public void read(long first, int count, MemorySegment target) throws IOException {
        var shape = source.shape();
        long columns = shape.rank() == 1 ? 1 : shape.size(shape.rank() - 1);
        long done = 0;
        while (done < count) {
            long row = (first + done) / columns;
            long column = (first + done) % columns;
            int run = (int) Math.min(columns - column, count - done);
            PartOfTensor.Runs.read(
                    source,
                    order.source(row) * columns + column,
                    run,
                    target.asSlice(dtype().bytes(done), dtype().bytes(run)));
            done += run;
        }
    }
}
