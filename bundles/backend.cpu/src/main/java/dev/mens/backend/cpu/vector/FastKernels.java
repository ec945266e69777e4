package dev.mens.backend.cpu.vector;

import dev.mens.backend.cpu.KernelSet;
import dev.mens.backend.cpu.memory.PanelMemory;
import dev.mens.backend.cpu.memory.PanelShelf;
import dev.mens.backend.cpu.team.Team;
import dev.mens.compute.Network;
import dev.mens.compute.NetworkCheck;
import dev.mens.compute.Program;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/// A team of threads, and one way to multiply.
public final class FastKernels implements KernelSet {
    private final Matrices matrices;
    private final Team team;
    private final CacheChoice cache;
    private final Optional<PanelShelf> shelf;

    /// The most exact: keys and values stay floats, and nothing is kept on disk.
    public FastKernels(Matrices matrices, int threads) {
        this(matrices, threads, CacheChoice.F32, Optional.empty());
    }

    /// @param cache how its programs keep keys and values
    /// @param shelf where repacked weights are kept from start to start
    public FastKernels(
            Matrices matrices, int threads, CacheChoice cache, Optional<PanelShelf> shelf) {
        this.cache = cache;
        this.matrices = matrices;
        this.team = new Team(threads);
        this.shelf = shelf;
    }

    @Override
    public String name() {
        return "cpu/" + matrices.name() + cache.suffix();
    }

    @Override
    public Program prepare(Network network) throws IOException {
        return prepare(network, PanelMemory::forgetful);
    }

    @Override
    public Program prepare(Network network, String content) throws IOException {
        return prepare(
                network,
                () ->
                        shelf.map(kept -> kept.memory(content, matrices.layout()))
                                .orElseGet(PanelMemory::forgetful));
    }

    private Program prepare(Network network, Supplier<PanelMemory> memory) throws IOException {
        long bytes = NetworkCheck.check(network, name(), matrices.supported());
        var panels = memory.get();
        boolean prepared = false;
        try {
            var type = cache.of(network);
            var program = new FastProgram(network, type, matrices, panels, team, bytes);
            panels.keep();
            prepared = true;
            return program;
        } finally {
            if (!prepared) {
                panels.close();
            }
        }
    }

    @Override
    public void close() {
        team.close();
        matrices.close();
    }
}
