package dev.mens.backend.cpu.vector;

import dev.mens.backend.cpu.memory.PanelMemory;
import dev.mens.compute.DType;
import dev.mens.compute.Tensor;
import java.lang.foreign.Arena;
import java.util.Set;

/// Makes a kernel set's matrices, the int8 activations that some of them read, and its attention.
public interface Matrices extends AutoCloseable {

    /// For logs: `vector-512`.
    String name();

    /// Types of which it makes matrices.
    Set<DType> supported();

    /// Changes whenever the bytes of a matrix's repacked weights would; part of a file's name.
    String layout();

    /// @param arena lives as long as the matrix
    /// @param panels for repacked weights; lives as long, too
    Matrix of(Tensor tensor, Arena arena, PanelMemory panels);

    /// Bytes of one row's int8 form, a multiple of 64; 0 if no matrix reads it.
    long rowBytes(int inputs);

    /// Makes the int8 form of a slice of one row, between multiples of {@link Form#SLICE}.
    ///
    /// @param floats address of the whole row
    void toBytes(long floats, long bytes, int inputs, int from, int to);

    /// Makes the BF16 form likewise: what is nearest, then what is nearest to the rest.
    void toHalves(long floats, long halves, int inputs, int from, int to);

    /// What happens to rows between products.
    RowFunctions rows();

    /// Attention of a layer's shape.
    ///
    /// @param arena lives as long as the attention
    Attend attend(AttentionShape shape, Arena arena);

    /// Frees what it holds; its matrices are used no more.
    @Override
    void close();
}
