package dev.mens.backend.cpu.vector;

import dev.mens.backend.cpu.memory.PanelMemory;
import dev.mens.compute.DType;
import dev.mens.compute.Tensor;

/// A matrix as its tensor stores it. One row of activations is multiplied weight by
/// weight; a few share each widened weight row; many share panels of widened weights.
final class PlainMatrix implements WideProduct.Weights {
    private final Tensor tensor;
    private final Storage storage;
    private final int outputs;
    private final int inputs;
    private final long weight;
    private final long rowBytes;

    PlainMatrix(Tensor tensor, PanelMemory memory) {
        this.tensor =
                new Tensor(
                        tensor.name(), tensor.dtype(), tensor.shape(), memory.copy(tensor.data()));
        this.storage = Storage.of(tensor.dtype());
        this.outputs = Math.toIntExact(tensor.rows());
        this.inputs = Math.toIntExact(tensor.columns());
        this.weight = this.tensor.data().address();
        this.rowBytes = tensor.dtype().bytes(inputs);
    }

    @Override
    public int outputs() {
        return outputs;
    }

    @Override
    public int inputs() {
        return inputs;
    }

    @Override
    public Form reads() {
        return Form.FLOATS;
    }

    @Override
    public long bytes() {
        return tensor.data().byteSize();
    }

    @Override
    public void multiply(
            Activations x,
            int firstRow,
            int rows,
            long y,
            int yStride,
            int from,
            int to,
            long scratch) {
        int done = WideProduct.multiply(this, x, firstRow, rows, y, yStride, from, to, scratch);
        for (int o = done; o < to; o++) {
            row(x, firstRow, rows, y + 4L * o, 4L * yStride, o, scratch);
        }
    }

    private void row(
            Activations x, int firstRow, int rows, long y, long yStep, int output, long scratch) {
        if (rows == 1) {
            Memory.set(y, dot(output, x.row(firstRow), scratch));
            return;
        }
        long wide = widen(output, 0, inputs, scratch);
        for (int r = 0; r < rows; r++) {
            Memory.set(y + r * yStep, Lanes.dot(wide, x.row(firstRow + r), inputs));
        }
    }

    private float dot(int output, long x, long scratch) {
        long w = weight + output * rowBytes;
        return switch (storage) {
            case F32 -> Lanes.dot(w, x, inputs);
            case BF16 -> Dots.bf16(w, x, inputs);
            case F16 -> Dots.f16(w, x, inputs);
            case BLOCKS -> Lanes.dot(widen(output, 0, inputs, scratch), x, inputs);
        };
    }

    @Override
    public int wideRows() {
        return 32;
    }

    @Override
    public int block() {
        return tensor.dtype().blockElements();
    }

    /// Transposes the weights.
    @Override
    public void widen(int output, int input, int depth, long panel, long scratch) {
        for (int o = 0; o < WideProduct.WIDTH; o++) {
            long wide = widen(output + o, input, depth, scratch);
            for (int k = 0; k < depth; k++) {
                Memory.set(panel + k * WideProduct.STEP + 4L * o, Memory.get(wide + 4L * k));
            }
        }
    }

    /// Address of weights as floats: where they are, or `scratch`.
    private long widen(int output, int input, int count, long scratch) {
        long w = weight + output * rowBytes;
        switch (storage) {
            case F32 -> {
                return w + 4L * input;
            }
            case BF16 -> Widen.bf16(w + 2L * input, scratch, count);
            case F16 -> Widen.f16(w + 2L * input, scratch, count);
            case BLOCKS -> {
                Blocks.decode(
                        tensor,
                        (long) output * inputs + input,
                        count,
                        scratch,
                        new float[Blocks.PIECE]);
            }
        }
        return scratch;
    }

    /// How elements are widened.
    private enum Storage {
        F32,
        F16,
        BF16,
        BLOCKS;

        static Storage of(DType dtype) {
            return switch (dtype) {
                case F32 -> F32;
                case F16 -> F16;
                case BF16 -> BF16;
                default -> BLOCKS; // whatever the scalar decoder reads
            };
        }
    }
}
