package dev.mens.itests.bench;

import dev.mens.backend.cpu.compiled.CompiledMatrices;
import dev.mens.backend.cpu.memory.PanelMemory;
import dev.mens.backend.cpu.vector.Activations;
import dev.mens.backend.cpu.vector.Matrices;
import dev.mens.backend.cpu.vector.Matrix;
import dev.mens.backend.cpu.vector.Memory;
import dev.mens.backend.cpu.vector.VectorMatrices;
import dev.mens.compute.DType;
import java.lang.foreign.Arena;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// One thread's product of a weight matrix with rows of activations: one row as in decoding, from
/// a matrix larger than the caches; several as in batches; many as in a prompt.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MultiplyBench {
    private static final int INPUTS = 2048;

    /// About what a worker takes at a time.
    private static final int SLICE = 256;

    @Param({"compiled", "vector"})
    public String set = "compiled";

    @Param({"Q8_0", "Q4_0", "Q4_K", "Q6_K", "BF16", "F16", "F32"})
    public DType dtype = DType.Q8_0;

    @Param({"1", "8", "512"})
    public int rows = 1;

    private final Arena arena = Arena.ofConfined();
    private final PanelMemory panels = PanelMemory.forgetful();
    private Product product;

    /// What was done, in JMH's secondary results.
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Work {
        public long weightBytes;
        public long flops;
    }

    @Setup
    public void multiplyOnce() {
        var matrices =
                set.equals("vector")
                        ? new VectorMatrices()
                        : CompiledMatrices.open()
                                .orElseThrow(
                                        () ->
                                                new IllegalStateException(
                                                        "this build has no compiled kernels"));
        int outputs = rows < 16 ? 64000 : 4096;
        product = Product.random(arena, panels, matrices, dtype, outputs, rows);
    }

    @Benchmark
    public void multiply(Work work) {
        product.multiply();
        work.weightBytes += product.weightBytes();
        work.flops += 2L * rows * product.matrix().outputs() * INPUTS;
    }

    @TearDown
    public void free() {
        arena.close();
        panels.close();
        product.matrices().close();
    }

    private record Product(
            Matrices matrices,
            Matrix matrix,
            long weightBytes,
            Activations x,
            int rows,
            long y,
            long scratch) {

        static Product random(
                Arena arena,
                PanelMemory panels,
                Matrices matrices,
                DType dtype,
                int outputs,
                int rows) {
            var tensor = RandomTensor.of(arena, dtype, outputs, INPUTS);
            var matrix = matrices.of(tensor, arena, panels);
            var x = Activations.allocate(arena, matrices, rows, INPUTS, Set.of(matrix.reads()));
            fill(x, rows);
            return new Product(
                    matrices,
                    matrix,
                    tensor.data().byteSize(),
                    x,
                    rows,
                    Memory.allocate(arena, 4L * rows * outputs),
                    Memory.allocate(arena, 4L * matrix.scratchFloats()));
        }

        private static void fill(Activations x, int rows) {
            var random = new Random(2);
            var row = new float[INPUTS];
            for (int r = 0; r < rows; r++) {
                for (int i = 0; i < INPUTS; i++) {
                    row[i] = (float) random.nextGaussian();
                }
                x.set(r, row);
            }
        }

        void multiply() {
            int outputs = matrix.outputs();
            for (int from = 0; from < outputs; from += SLICE) {
                int to = Math.min(outputs, from + SLICE);
                matrix.multiply(x, 0, rows, y, outputs, from, to, scratch);
            }
        }
    }
}
