package dev.mens.backend.cpu.vector;

import dev.mens.backend.cpu.memory.PanelMemory;
import dev.mens.backend.cpu.scalar.Rows;
import dev.mens.compute.DType;
import dev.mens.compute.Tensor;
import java.lang.foreign.Arena;
import java.util.Set;

/// Matrices on the Vector API alone: of blocks of 32 in panels, of other types as they are stored.
public final class VectorMatrices implements Matrices {
    private final RowFunctions rows = new VectorRows();

    @Override
    public String name() {
        return "vector-" + Lanes.FLOATS.vectorBitSize();
    }

    @Override
    public Set<DType> supported() {
        return Rows.READABLE;
    }

    @Override
    public String layout() {
        return name() + "-2";
    }

    @Override
    public Matrix of(Tensor tensor, Arena arena, PanelMemory panels) {
        return BlockFormat.of(tensor.dtype())
                .<Matrix>map(format -> BlockMatrix.of(format, tensor, arena, panels))
                .orElseGet(() -> new PlainMatrix(tensor, panels));
    }

    @Override
    public long rowBytes(int inputs) {
        return RoundedRow.bytes(inputs);
    }

    @Override
    public void toBytes(long floats, long bytes, int inputs, int from, int to) {
        RoundedRow.make(floats, bytes, inputs, from, to);
    }

    @Override
    public void toHalves(long floats, long halves, int inputs, int from, int to) {
        throw new AssertionError("no matrix here reads halves");
    }

    @Override
    public RowFunctions rows() {
        return rows;
    }

    @Override
    public Attend attend(AttentionShape shape, Arena arena) {
        return new VectorAttend(shape);
    }

    @Override
    public void close() {}
}
