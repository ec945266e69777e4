package dev.mens.backend.cpu;

import dev.mens.backend.cpu.compiled.CompiledMatrices;
import dev.mens.backend.cpu.memory.PanelShelf;
import dev.mens.backend.cpu.scalar.ScalarKernels;
import dev.mens.backend.cpu.vector.CacheChoice;
import dev.mens.backend.cpu.vector.FastKernels;
import dev.mens.backend.cpu.vector.Matrices;
import dev.mens.backend.cpu.vector.VectorMatrices;
import dev.mens.compute.Kernels;
import dev.mens.inference.bench.BenchProblem;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Chooses the fastest kernel set that works in this JVM on this processor.
final class KernelSets {
    private static final Logger LOG = LoggerFactory.getLogger(KernelSets.class);
    private static final String COMPILED = "compiled";
    private static final String VECTOR = "vector";

    private KernelSets() {}

    /// @param threads that compute together
    /// @param cache how keys and values are kept
    /// @param shelf where repacked weights are kept
    static Kernels best(int threads, CacheChoice cache, Optional<PanelShelf> shelf) {
        if (vectorApiIsPresent()) {
            return new FastKernels(matrices(Optional.empty()), threads, cache, shelf);
        }
        var scalar = new ScalarKernels();
        LOG.warn("{}", CpuProblem.NO_VECTOR_API.with(scalar.name()).getMessage());
        return scalar;
    }

    /// What a configuration says of keys and values, or what it would say if it were right.
    static CacheChoice cache(String keysAndValues) {
        for (var choice : CacheChoice.values()) {
            if (choice.name().equalsIgnoreCase(keysAndValues.strip())) {
                return choice;
            }
        }
        LOG.warn("{}", CpuProblem.BAD_KEYS_AND_VALUES.with(keysAndValues).getMessage());
        return CacheChoice.AUTO;
    }

    /// Ways to multiply that one may ask for by name.
    static List<String> names() {
        return vectorApiIsPresent() ? List.of(COMPILED, VECTOR) : List.of();
    }

    /// @param name the best if absent
    /// @throws dev.mens.diagnostics.ProblemException vox/bench/no-such-kernels
    static Matrices matrices(Optional<String> name) {
        var wanted = name.orElse(VECTOR);
        if (!names().contains(wanted)) {
            throw noSuch(wanted);
        }
        if (name.isPresent() && wanted.equals(VECTOR)) {
            return new VectorMatrices();
        }
        var compiled = CompiledMatrices.open();
        if (compiled.isEmpty() && wanted.equals(COMPILED)) {
            throw noSuch(wanted);
        }
        return compiled.<Matrices>map(matrices -> matrices).orElseGet(VectorMatrices::new);
    }

    private static RuntimeException noSuch(String wanted) {
        var others = names().stream().filter(name -> !name.equals(wanted)).toList();
        return BenchProblem.NO_SUCH_KERNELS.with(
                CpuBackend.ID, wanted, others.isEmpty() ? "none" : String.join(", ", others));
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
