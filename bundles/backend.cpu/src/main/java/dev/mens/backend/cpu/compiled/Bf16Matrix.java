package dev.mens.backend.cpu.compiled;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.mens.backend.cpu.memory.PanelMemory;
import dev.mens.backend.cpu.vector.Activations;
import dev.mens.backend.cpu.vector.Form;
import dev.mens.backend.cpu.vector.Matrix;
import dev.mens.backend.cpu.vector.Memory;
import dev.mens.compute.DType;
import dev.mens.compute.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.stream.IntStream;

/// A BF16 matrix, packed without loss in panels of 32 rows with 12 bits for each weight (see
/// `bf16.inc`). Rows of activations are sums of two BF16; very many are rounded to BF16.
///
/// @param panels address
record Bf16Matrix(CpuLibrary library, int outputs, int inputs, long panels, long bytes)
        implements Matrix {
    /// Inputs are a multiple of this.
    private static final int INPUTS = 32;

    private static final int ROWS = 32;

    /// Of the number of exceptions in a panel.
    private static final long EXCEPTIONS_OFFSET = 16;

    /// Panels that one task packs.
    private static final int PIECE = 8;

    /// @return empty if the matrix has another type, or more exceptions than there is room for, as
    ///     one of random bits has
    static Optional<Matrix> of(CpuLibrary library, Tensor tensor, Arena arena, PanelMemory memory) {
        int rows = Math.toIntExact(tensor.rows());
        int inputs = Math.toIntExact(tensor.columns());
        if (tensor.dtype() != DType.BF16 || !library.multipliesBf16() || inputs % INPUTS != 0) {
            return Optional.empty();
        }
        int count = (rows + ROWS - 1) / ROWS;
        long panelBytes = library.bf16PanelBytes(inputs);
        var panels =
                memory.of(
                        tensor.name(),
                        count * panelBytes,
                        into -> pack(library, tensor, arena, count, into));
        for (int p = 0; p < count; p++) {
            if (panels.get(JAVA_INT, p * panelBytes + EXCEPTIONS_OFFSET) > room(inputs)) {
                return Optional.empty();
            }
        }
        return Optional.of(
                new Bf16Matrix(library, rows, inputs, panels.address(), panels.byteSize()));
    }

    private static int room(int inputs) {
        return inputs / 4;
    }

    private static void pack(
            CpuLibrary library, Tensor tensor, Arena arena, int count, MemorySegment into) {
        int rows = Math.toIntExact(tensor.rows());
        int inputs = Math.toIntExact(tensor.columns());
        long weight = Memory.address(arena, tensor.data());
        IntStream.range(0, (count + PIECE - 1) / PIECE)
                .parallel()
                .forEach(
                        piece ->
                                library.packBf16(
                                        weight,
                                        rows,
                                        inputs,
                                        into.address(),
                                        piece * PIECE,
                                        Math.min(count, (piece + 1) * PIECE)));
    }

    @Override
    public Form reads() {
        return Form.HALVES;
    }

    /// Pairs of inputs of 32 outputs.
    @Override
    public int scratchFloats() {
        return 16 * inputs;
    }

    @Override
    public boolean load(long offset, int count) {
        library.load(panels + offset, count);
        return true;
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
        library.multiplyBf16(
                panels,
                inputs,
                x.row(firstRow),
                x.rowHalves(firstRow),
                x.stride(),
                2L * x.stride(),
                rows,
                y,
                yStride,
                from,
                to,
                scratch);
    }
}
