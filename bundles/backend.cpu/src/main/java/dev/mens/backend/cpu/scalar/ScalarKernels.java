package dev.mens.backend.cpu.scalar;

import dev.mens.compute.DType;
import dev.mens.compute.Kernels;
import dev.mens.compute.Network;
import dev.mens.compute.NetworkCheck;
import dev.mens.compute.Program;
import java.util.Set;

/// The reference: runs every network on one thread as its definition reads.
public final class ScalarKernels implements Kernels {
    private final Set<DType> withBytes;

    public ScalarKernels() {
        this(Set.of());
    }

    /// The twin of kernels that multiply some types of weights by activations of 8 bits.
    public ScalarKernels(Set<DType> withBytes) {
        this.withBytes = Set.copyOf(withBytes);
    }

    @Override
    public String name() {
        return "cpu/scalar";
    }

    @Override
    public Program prepare(Network network) {
        long bytes = NetworkCheck.check(network, name(), Rows.READABLE);
        return new ScalarProgram(network, bytes, withBytes);
    }
}
