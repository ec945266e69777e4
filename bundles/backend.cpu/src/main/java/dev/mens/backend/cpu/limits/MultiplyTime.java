package dev.mens.backend.cpu.limits;

import dev.mens.backend.cpu.memory.PanelMemory;
import dev.mens.backend.cpu.team.Team;
import dev.mens.backend.cpu.vector.Activations;
import dev.mens.backend.cpu.vector.Matrices;
import dev.mens.backend.cpu.vector.Matrix;
import dev.mens.backend.cpu.vector.Memory;
import dev.mens.compute.DType;
import dev.mens.compute.Shape;
import dev.mens.compute.Tensor;
import java.lang.foreign.Arena;
import java.util.Set;

/// Multiplies a matrix that the caches hold with the rows of a prompt.
final class MultiplyTime extends Timed {
    private static final int OUTPUTS = 2048;
    private static final int INPUTS = 1024;
    private static final int ROWS = 256;
    private static final int SLICE = 4 * Matrix.GRAIN;

    private final Matrix matrix;
    private final Activations x;
    private final long y;
    private final long scratch;

    private MultiplyTime(
            Arena arena, PanelMemory panels, Matrices matrices, DType dtype, int workers) {
        super(OUTPUTS / SLICE);
        var shape = new Shape(OUTPUTS, INPUTS);
        var zeros = arena.allocate(dtype.bytes(shape.elements()), 64);
        this.matrix = matrices.of(new Tensor("zeros", dtype, shape, zeros), arena, panels);
        this.x = rows(arena, matrices, matrix);
        this.y = Memory.allocate(arena, 4L * ROWS * OUTPUTS);
        this.scratch = Memory.allocate(arena, workers * scratchBytes());
    }

    static double flopsPerSecond(Team team, Matrices matrices, DType dtype)
            throws InterruptedException {
        try (var arena = Arena.ofShared();
                var panels = PanelMemory.forgetful()) {
            var time = new MultiplyTime(arena, panels, matrices, dtype, team.workers());
            return 2.0 * ROWS * OUTPUTS * INPUTS / time.seconds(team);
        }
    }

    private static Activations rows(Arena arena, Matrices matrices, Matrix matrix) {
        var x = Activations.allocate(arena, matrices, ROWS, INPUTS, Set.of(matrix.reads()));
        var row = new float[INPUTS];
        for (int r = 0; r < ROWS; r++) {
            for (int i = 0; i < INPUTS; i++) {
                row[i] = (r + i) % 7 - 3;
            }
            x.set(r, row);
        }
        return x;
    }

    private long scratchBytes() {
        return 4L * matrix.scratchFloats();
    }

    @Override
    void work(int worker, int item) {
        int from = item * SLICE;
        long own = scratch + worker * scratchBytes();
        matrix.multiply(x, 0, ROWS, y, OUTPUTS, from, from + SLICE, own);
    }
}
