package dev.mens.formats.convert;

import dev.mens.compute.DType;
import dev.mens.compute.Shape;
import java.lang.foreign.MemorySegment;

/// A view whose elements lie anywhere in a storage: a transpose, a slice, an expanded tensor.
///
/// @param storage mapped memory that outlives the tensor
/// @param offset index of the first element in the storage
/// @param strides in elements; every index that they reach lies inside the storage
public record StridedTensor(
        DType dtype, Shape shape, MemorySegment storage, long offset, long[] strides)
        implements TensorSource {

    @Override
    public void read(long first, int count, MemorySegment target) {
        int rank = shape.rank();
        int size = dtype.blockBytes();
        long columns = rank == 0 ? 1 : shape.size(rank - 1);
        long stride = rank == 0 ? 0 : strides[rank - 1];
        int done = 0;
        while (done < count) {
            long element = first + done;
            long column = element % columns;
            int run = (int) Math.min(columns - column, count - done);
            long from = row(element / columns) + column * stride;
            for (int i = 0; i < run; i++) {
                MemorySegment.copy(
                        storage,
                        (from + i * stride) * size,
                        target,
                        (done + i) * (long) size,
                        size);
            }
            done += run;
        }
    }

    /// Index in the storage of a row's first element.
    private long row(long row) {
        long index = offset;
        long rest = row;
        for (int dimension = shape.rank() - 2; dimension >= 0; dimension--) {
            index += rest % shape.size(dimension) * strides[dimension];
            rest /= shape.size(dimension);
        }
        return index;
    }
}
