package dev.mens.backend.cpu.vector;

import dev.mens.backend.cpu.KernelSet;
import dev.mens.backend.cpu.team.Team;
import dev.mens.compute.Network;
import dev.mens.compute.NetworkCheck;
import dev.mens.compute.Program;

/// A team of threads, and one way to multiply.
public final class FastKernels implements KernelSet {
    private final Matrices matrices;
    private final Team team;

    private final CacheType cacheType;

    public FastKernels(Matrices matrices, int threads) {
        this(matrices, threads, CacheType.F32);
    }

    /// @param cacheType how its programs keep keys and values
    public FastKernels(Matrices matrices, int threads, CacheType cacheType) {
        this.cacheType = cacheType;
        this.matrices = matrices;
        this.team = new Team(threads);
    }

    @Override
    public String name() {
        return "cpu/" + matrices.name();
    }

    @Override
    public Program prepare(Network network) {
        long bytes = NetworkCheck.check(network, name(), matrices.supported());
        return new FastProgram(network, cacheType, matrices, team, bytes);
    }

    @Override
    public void close() {
        team.close();
        matrices.close();
    }
}
