package dev.mens.compute;

import java.util.Arrays;

/// The sizes of a tensor, outermost first. Sizes are never negative and their product fits a
/// `long`.
public record Shape(long... sizes) {
    public Shape {
        sizes = sizes.clone();
        long elements = 1;
        for (long size : sizes) {
            if (size < 0) {
                throw ComputeProblem.BAD_SHAPE.with(Arrays.toString(sizes));
            }
            try {
                elements = Math.multiplyExact(elements, size);
            } catch (ArithmeticException overflow) {
                throw ComputeProblem.BAD_SHAPE.because(overflow, Arrays.toString(sizes));
            }
        }
    }

    @Override
    public long[] sizes() {
        return sizes.clone();
    }

    public int rank() {
        return sizes.length;
    }

    /// Size of one dimension, counted from the outermost.
    public long size(int dimension) {
        return sizes[dimension];
    }

    public long elements() {
        long elements = 1;
        for (long size : sizes) {
            elements *= size;
        }
        return elements;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape(long[] others) && Arrays.equals(sizes, others);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sizes);
    }

    @Override
    public String toString() {
        return Arrays.toString(sizes);
    }
}
