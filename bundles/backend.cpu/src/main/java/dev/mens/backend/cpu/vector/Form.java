package dev.mens.backend.cpu.vector;

/// What a matrix reads of its input rows, besides the floats that all have.
public enum Form {
    FLOATS,

    /// 8 bits with a scale for each 32, as {@link Matrices#toBytes} makes them.
    BYTES,

    /// Sums of two BF16, as {@link Matrices#toHalves} makes them.
    HALVES;

    /// Slices of a row that begin at multiples of this have their forms made one by one.
    static final int SLICE = 32;
}
