package dev.mens.backend.cpu.vector;

import dev.mens.backend.cpu.memory.PanelMemory;
import dev.mens.compute.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;

/// A quantized matrix, repacked in panels. Few rows are multiplied as 8 bits; many, as floats by
/// widened panels, which is faster then and more exact.
///
/// @param panels address
record BlockMatrix(BlockFormat format, int outputs, int inputs, long panels)
        implements WideProduct.Weights {
    /// Rows of a panel.
    static final int ROWS = Lanes.COUNT;

    /// From this many rows of activations on, floats are faster.
    static final int WIDE_ROWS = 4;

    static BlockMatrix of(BlockFormat format, Tensor tensor, Arena arena, PanelMemory memory) {
        int rows = Math.toIntExact(tensor.rows());
        int inputs = Math.toIntExact(tensor.columns());
        int count = (rows + ROWS - 1) / ROWS;
        var panels =
                memory.of(
                        tensor.name(),
                        count * format.panelBytes(inputs),
                        into -> repack(format, tensor, arena, into));
        return new BlockMatrix(format, rows, inputs, panels.address());
    }

    private static void repack(BlockFormat format, Tensor tensor, Arena arena, MemorySegment into) {
        int rows = Math.toIntExact(tensor.rows());
        int inputs = Math.toIntExact(tensor.columns());
        long weight = Memory.address(arena, tensor.data());
        IntStream.range(0, (rows + ROWS - 1) / ROWS)
                .parallel()
                .forEach(
                        panel ->
                                format.repack(
                                        weight + format.dtype.bytes((long) panel * ROWS * inputs),
                                        Math.min(ROWS, rows - panel * ROWS),
                                        inputs,
                                        into.address() + panel * format.panelBytes(inputs)));
    }

    @Override
    public Form reads() {
        return Form.BYTES;
    }

    @Override
    public long bytes() {
        return (outputs + ROWS - 1) / ROWS * format.panelBytes(inputs);
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
        for (int o = done; o < to; o += ROWS) {
            for (int r = 0; r < rows; r++) {
                long into = y + 4L * (r * (long) yStride + o);
                long sums = to - o >= ROWS ? into : scratch;
                BlockDots.dot(format, panel(o), x.rowBytes(firstRow + r), inputs, sums);
                if (sums == scratch) {
                    Memory.copy(scratch, into, to - o);
                }
            }
        }
    }

    private long panel(int output) {
        return panels + output / ROWS * format.panelBytes(inputs);
    }

    @Override
    public int wideRows() {
        return WIDE_ROWS;
    }

    @Override
    public int block() {
        return BlockFormat.INPUTS;
    }

    @Override
    public void widen(int output, int input, int depth, long wide, long scratch) {
        int from = input / BlockFormat.INPUTS;
        int to = (input + depth) / BlockFormat.INPUTS;
        for (int half = 0; half < 2; half++) {
            BlockWiden.widen(
                    format,
                    panel(output + half * ROWS),
                    from,
                    to,
                    wide + half * Lanes.BYTES,
                    WideProduct.STEP);
        }
    }
}
