package dev.mens.backend.cpu.vector;

import dev.mens.backend.cpu.memory.PanelMemory;
import dev.mens.compute.DType;
import dev.mens.compute.Tensor;

/// A matrix as its tensor stores it. One row of activations is multiplied weight by
/// weight; a few share each widened weight row; many share panels of widened weights.
final class PlainMatrix implements Matrix {
    /// Inputs of a panel: it and the rows of `x` beside it fit the first-level cache.
    static final int PANEL_DEPTH = 128;

    /// From this many rows on, packing panels pays.
    private static final int PANEL_ROWS = 32;

    private static final int PANEL_WIDTH = 2 * Lanes.COUNT;
    private static final long PANEL_STEP = 4L * PANEL_WIDTH;

    private final Tensor tensor;
    private final Storage storage;
    private final int panelDepth;
    private final int outputs;
    private final int inputs;
    private final long weight;
    private final long rowBytes;

    PlainMatrix(Tensor tensor, PanelMemory memory) {
        this.tensor =
                new Tensor(
                        tensor.name(), tensor.dtype(), tensor.shape(), memory.copy(tensor.data()));
        this.storage = Storage.of(tensor.dtype());
        this.panelDepth = Math.max(PANEL_DEPTH, tensor.dtype().blockElements());
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
        int done = from;
        if (rows >= PANEL_ROWS) {
            for (; done <= to - PANEL_WIDTH; done += PANEL_WIDTH) {
                panel(x, firstRow, rows, y + 4L * done, 4L * yStride, done, scratch);
            }
        }
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

    private void panel(
            Activations x, int firstRow, int rows, long y, long yStep, int output, long scratch) {
        for (int r = 0; r < rows; r++) {
            Memory.zero(y + r * yStep, PANEL_WIDTH);
        }
        long tile = scratch + 8L * Memory.stride(inputs);
        long panel = tile + 4L * Panel.TILE_FLOATS;
        long xStep = 4L * x.stride();
        for (int k = 0; k < inputs; k += panelDepth) {
            int depth = Math.min(panelDepth, inputs - k);
            pack(output, k, depth, panel, scratch);
            Panel.rows(
                    rows,
                    x.row(firstRow) + 4L * k,
                    xStep,
                    panel,
                    PANEL_STEP,
                    Lanes.BYTES,
                    depth,
                    y,
                    yStep,
                    tile);
        }
    }

    /// Transposes `[PANEL_WIDTH, depth]` weights to `[depth, PANEL_WIDTH]` floats.
    private void pack(int output, int input, int depth, long panel, long scratch) {
        for (int o = 0; o < PANEL_WIDTH; o++) {
            long wide = widen(output + o, input, depth, scratch);
            for (int k = 0; k < depth; k++) {
                Memory.set(panel + 4L * (k * PANEL_WIDTH + o), Memory.get(wide + 4L * k));
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
