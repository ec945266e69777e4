package dev.mens.backend.cpu.compiled;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.mens.backend.cpu.vector.RowFunctions;
import dev.mens.backend.cpu.vector.VectorRows;
import dev.mens.compute.Network.Activation;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/// Rows in C: the Vector API is slow until the JIT has compiled it, which takes a small model's
/// first thousand tokens.
final class CompiledRows implements RowFunctions {
    private final int level;
    private final VectorRows others = new VectorRows();
    private final MethodHandle normalize;
    private final MethodHandle addScaled;
    private final MethodHandle silu;
    private final MethodHandle rotate;
    private final MethodHandle spread;

    /// Null where C compilers of other processors need not know F16.
    private final @Nullable MethodHandle spreadHalves;

    CompiledRows(SymbolLookup symbols, int level) {
        this.level = level;
        this.normalize =
                CpuLibrary.function(
                        symbols,
                        "mens_normalize",
                        FunctionDescriptor.ofVoid(
                                JAVA_INT,
                                JAVA_LONG,
                                JAVA_LONG,
                                JAVA_INT,
                                JAVA_LONG,
                                JAVA_LONG,
                                JAVA_INT,
                                JAVA_FLOAT));
        this.addScaled =
                CpuLibrary.function(
                        symbols,
                        "mens_add_scaled",
                        FunctionDescriptor.ofVoid(
                                JAVA_INT, JAVA_LONG, JAVA_FLOAT, JAVA_LONG, JAVA_INT));
        this.silu =
                CpuLibrary.function(
                        symbols,
                        "mens_silu",
                        FunctionDescriptor.ofVoid(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
        this.rotate =
                CpuLibrary.function(
                        symbols,
                        "mens_rotate",
                        FunctionDescriptor.ofVoid(
                                JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG,
                                JAVA_INT));
        this.spread =
                CpuLibrary.function(
                        symbols,
                        "mens_spread",
                        FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT));
        this.spreadHalves =
                CpuLibrary.functionIfAny(
                        symbols,
                        "mens_spread_halves",
                        FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT));
    }

    @Override
    public void normalize(
            long x, long y, int width, long gain, long bias, boolean centered, float epsilon) {
        try {
            normalize.invokeExact(level, x, y, width, gain, bias, centered ? 1 : 0, epsilon);
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    @Override
    public void addScaled(long x, float scale, long y, int count) {
        try {
            addScaled.invokeExact(level, x, scale, y, count);
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    @Override
    public void activate(Activation activation, long y, long up, int count) {
        switch (activation) {
            case SILU -> silu(y, up, count);
            case GELU, GELU_TANH, RELU -> others.activate(activation, y, up, count);
        }
    }

    private void silu(long y, long up, int count) {
        try {
            silu.invokeExact(level, y, up, count);
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    @Override
    public void rotate(long row, int heads, int size, long cosines, long sines, int pairs) {
        try {
            rotate.invokeExact(level, row, heads, size, cosines, sines, pairs);
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    @Override
    public void spread(long from, long to, long step, int count) {
        try {
            spread.invokeExact(from, to, step, count);
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    @Override
    public void spreadHalves(long from, long to, long step, int count) {
        if (spreadHalves == null) {
            others.spreadHalves(from, to, step, count);
            return;
        }
        try {
            spreadHalves.invokeExact(from, to, step, count);
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }
}
