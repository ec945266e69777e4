package dev.mens.backend.cpu.vector;

import dev.mens.backend.cpu.KernelsContract;
import dev.mens.compute.Kernels;

final class VectorKernelsTest implements KernelsContract {
    private static final FastKernels KERNELS = new FastKernels(new VectorMatrices(), 3);

    @Override
    public Kernels kernels() {
        return KERNELS;
    }
}
