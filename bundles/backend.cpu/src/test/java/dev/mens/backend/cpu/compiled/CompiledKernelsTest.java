package dev.mens.backend.cpu.compiled;

import dev.mens.backend.cpu.KernelsContract;
import dev.mens.backend.cpu.scalar.ScalarKernels;
import dev.mens.backend.cpu.vector.FastKernels;
import dev.mens.backend.cpu.vector.VectorMatrices;
import dev.mens.compute.DType;
import dev.mens.compute.Kernels;
import java.util.Arrays;
import java.util.stream.Collectors;

/// Where the bundle was built without a C compiler this tests the Vector API once more.
final class CompiledKernelsTest implements KernelsContract {
    private static final FastKernels KERNELS =
            CompiledMatrices.open()
                    .map(matrices -> new FastKernels(matrices, 2))
                    .orElseGet(() -> new FastKernels(new VectorMatrices(), 2));

    @Override
    public Kernels kernels() {
        return KERNELS;
    }

    @Override
    public Kernels quantizedTwin() {
        if (KERNELS.name().startsWith("cpu/vector")) {
            return new ScalarKernels();
        }
        return new ScalarKernels(
                Arrays.stream(PanelFormat.values())
                        .map(format -> format.dtype)
                        .collect(Collectors.<DType>toSet()));
    }

    /// Where the processor multiplies BF16, the rows of long prompts are rounded to it, eight bits
    /// of mantissa; {@link Bf16MatrixTest} holds the products themselves to 4e-6.
    @Override
    public double promptTolerance() {
        return 0.02;
    }

    /// Where rounding an activation to 8 bits is a close call, the twin may decide differently,
    /// which two layers of small width amplify.
    @Override
    public double quantizedTolerance() {
        return 0.1;
    }
}
