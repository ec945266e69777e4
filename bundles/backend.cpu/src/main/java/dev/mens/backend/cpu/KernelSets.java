package dev.mens.backend.cpu;

import dev.mens.backend.cpu.compiled.CompiledMatrices;
import dev.mens.backend.cpu.scalar.ScalarKernels;
import dev.mens.backend.cpu.vector.FastKernels;
import dev.mens.backend.cpu.vector.VectorMatrices;
import dev.mens.compute.Kernels;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Chooses the fastest kernel set that works in this JVM on this processor.
final class KernelSets {
    private static final Logger LOG = LoggerFactory.getLogger(KernelSets.class);

    private KernelSets() {}

    /// @param threads that compute together
    static Kernels best(int threads) {
        if (vectorApiIsPresent()) {
            return CompiledMatrices.open()
                    .map(matrices -> new FastKernels(matrices, threads))
                    .orElseGet(() -> new FastKernels(new VectorMatrices(), threads));
        }
        var scalar = new ScalarKernels();
        LOG.warn("{}", CpuProblem.NO_VECTOR_API.with(scalar.name()).getMessage());
        return scalar;
    }

    private static boolean vectorApiIsPresent() {
        try {
            Class.forName(
                    "jdk.incubator.vector.FloatVector", false, KernelSets.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException missing) {
            return false;
        }
    }
}
