package dev.mens.backend.cpu.vector;

import dev.mens.backend.cpu.KernelsContract;
import dev.mens.backend.cpu.scalar.ScalarKernels;
import dev.mens.compute.DType;
import dev.mens.compute.Kernels;
import java.util.Set;

final class VectorKernelsTest implements KernelsContract {
    private static final FastKernels KERNELS = new FastKernels(new VectorMatrices(), 3);

    @Override
    public Kernels kernels() {
        return KERNELS;
    }

    @Override
    public Kernels quantizedTwin() {
        return new ScalarKernels(Set.of(DType.Q8_0, DType.Q4_0, DType.Q4_K, DType.Q6_K));
    }

    /// More rows are multiplied as floats.
    @Override
    public int quantizedTokens() {
        return BlockMatrix.WIDE_ROWS - 1;
    }

    /// Where rounding an activation to 8 bits is a close call, the twin may decide differently,
    /// which two layers of small width amplify.
    @Override
    public double quantizedTolerance() {
        return 0.1;
    }
}
