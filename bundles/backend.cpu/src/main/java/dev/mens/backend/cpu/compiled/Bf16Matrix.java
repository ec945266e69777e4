package dev.mens.backend.cpu.compiled;

import dev.mens.backend.cpu.memory.PanelMemory;
import dev.mens.backend.cpu.vector.Activations;
import dev.mens.backend.cpu.vector.Form;
import dev.mens.backend.cpu.vector.Matrix;
import dev.mens.compute.Tensor;

/// A BF16 matrix as its tensor stores it. Few rows are multiplied as floats; many,
/// as sums of two BF16; very many, rounded to BF16.
///
/// @param weight address
record Bf16Matrix(CpuLibrary library, int outputs, int inputs, long weight) implements Matrix {
    /// Inputs are a multiple of this.
    static final int INPUTS = 32;

    static Bf16Matrix of(CpuLibrary library, Tensor tensor, PanelMemory panels) {
        return new Bf16Matrix(
                library,
                Math.toIntExact(tensor.rows()),
                Math.toIntExact(tensor.columns()),
                panels.copy(tensor.data()).address());
    }

    @Override
    public Form reads() {
        return Form.HALVES;
    }

    @Override
    public long bytes() {
        return 2L * outputs * inputs;
    }

    /// Pairs of inputs of 32 outputs.
    @Override
    public int scratchFloats() {
        return 16 * inputs;
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
                weight,
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
