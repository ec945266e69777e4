package dev.mens.backend.cpu.compiled;

import static dev.mens.backend.cpu.compiled.PanelMatrix.PANEL_ROWS;

import dev.mens.backend.cpu.memory.PanelMemory;
import dev.mens.backend.cpu.vector.Attend;
import dev.mens.backend.cpu.vector.AttentionShape;
import dev.mens.backend.cpu.vector.Matrices;
import dev.mens.backend.cpu.vector.Matrix;
import dev.mens.backend.cpu.vector.Memory;
import dev.mens.backend.cpu.vector.RowFunctions;
import dev.mens.backend.cpu.vector.VectorMatrices;
import dev.mens.compute.DType;
import dev.mens.compute.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/// Matrices for the C kernels: quantized ones, and BF16 where the processor multiplies it. Others
/// stay with the Vector API, which reads them as fast as memory delivers them.
public final class CompiledMatrices implements Matrices {
    /// Panels that one task repacks.
    private static final int PIECE = 64;

    private final CpuLibrary library;
    private final VectorMatrices others = new VectorMatrices();

    private CompiledMatrices(CpuLibrary library) {
        this.library = library;
    }

    /// @return empty if the bundle was built without a C compiler, or for another system
    public static Optional<CompiledMatrices> open() {
        return CpuLibrary.open().map(CompiledMatrices::new);
    }

    @Override
    public String name() {
        return library.instructions() + "+" + others.name();
    }

    @Override
    public Set<DType> supported() {
        return others.supported();
    }

    /// Follows the code that repacks: another build may pack otherwise.
    @Override
    public String layout() {
        return library.instructions() + "-" + library.build();
    }

    @Override
    public Matrix of(Tensor tensor, Arena arena, PanelMemory panels) {
        return PanelFormat.of(tensor.dtype())
                .<Matrix>map(format -> panels(format, tensor, arena, panels))
                .or(() -> Bf16Matrix.of(library, tensor, arena, panels))
                .orElseGet(() -> others.of(tensor, arena, panels));
    }

    private PanelMatrix panels(PanelFormat format, Tensor tensor, Arena arena, PanelMemory memory) {
        int inputs = Math.toIntExact(tensor.columns());
        int count = Math.toIntExact((tensor.rows() + PANEL_ROWS - 1) / PANEL_ROWS);
        long bytes = count * library.panelBytes(format, inputs);
        var panels =
                memory.of(tensor.name(), bytes, into -> repack(format, tensor, arena, count, into));
        int rows = Math.toIntExact(tensor.rows());
        return new PanelMatrix(library, format, rows, inputs, panels.address(), bytes);
    }

    private void repack(
            PanelFormat format, Tensor tensor, Arena arena, int count, MemorySegment into) {
        int rows = Math.toIntExact(tensor.rows());
        int inputs = Math.toIntExact(tensor.columns());
        long weight = Memory.address(arena, tensor.data());
        IntStream.range(0, (count + PIECE - 1) / PIECE)
                .parallel()
                .forEach(
                        piece ->
                                library.repack(
                                        format,
                                        weight,
                                        rows,
                                        inputs,
                                        into.address(),
                                        piece * PIECE,
                                        Math.min(count, (piece + 1) * PIECE)));
    }

    /// Bytes, then for each block of 32 a scale, a scaled sum and three whole sums.
    @Override
    public long rowBytes(int inputs) {
        return (inputs + inputs / 32 * 20L + 63) & -64;
    }

    @Override
    public void toBytes(long floats, long bytes, int inputs, int from, int to) {
        library.quantize(floats, bytes, inputs, from, to);
    }

    @Override
    public void toHalves(long floats, long halves, int inputs, int from, int to) {
        library.splitBf16(floats, halves, inputs, from, to);
    }

    @Override
    public RowFunctions rows() {
        return library.rows();
    }

    @Override
    public Attend attend(AttentionShape shape, Arena arena) {
        return new CompiledAttend(library, shape, arena);
    }

    @Override
    public void close() {
        library.close();
    }
}
