package dev.mens.backend.cpu.scalar;

import dev.mens.backend.cpu.NetworkCheck;
import dev.mens.compute.Kernels;
import dev.mens.compute.Network;
import dev.mens.compute.Program;

/// The reference: runs every network on one thread as its definition reads.
public final class ScalarKernels implements Kernels {
    @Override
    public String name() {
        return "cpu/scalar";
    }

    @Override
    public Program prepare(Network network) {
        long bytes = NetworkCheck.check(network, name(), Rows.READABLE);
        return new ScalarProgram(network, bytes);
    }
}
