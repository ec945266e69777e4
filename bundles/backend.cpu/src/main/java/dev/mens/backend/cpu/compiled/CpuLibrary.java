package dev.mens.backend.cpu.compiled;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The C kernels of `src/main/c`, loaded from a file of this bundle's own, so that the next
/// version of the bundle can load its own beside it. Closing unloads them.
final class CpuLibrary implements AutoCloseable {
    private final Arena arena;
    private final int level;
    private final String build;
    private final MethodHandle multiply;
    private final MethodHandle quantize;
    /// Null where the library was compiled for other processors than those with BF16.
    private final @Nullable MethodHandle multiplyBf16;

    private final @Nullable MethodHandle splitBf16;
    private final @Nullable MethodHandle bf16PanelBytes;
    private final @Nullable MethodHandle packBf16;
    private final MethodHandle load;
    private final MethodHandle attend;
    private final MethodHandle panelBytes;
    private final MethodHandle repack;
    private final CompiledRows rows;

    @SuppressWarnings("restricted")
    private CpuLibrary(Arena arena, Path file, String build) {
        this.arena = arena;
        this.build = build;
        var symbols = SymbolLookup.libraryLookup(file, arena);
        this.multiply =
                function(
                        symbols,
                        "mens_multiply",
                        FunctionDescriptor.ofVoid(
                                JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG,
                                JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT));
        this.quantize =
                function(
                        symbols,
                        "mens_quantize",
                        FunctionDescriptor.ofVoid(
                                JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT));
        this.multiplyBf16 =
                functionIfAny(
                        symbols,
                        "mens_multiply_bf16",
                        FunctionDescriptor.ofVoid(
                                JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                                JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG));
        this.splitBf16 =
                functionIfAny(
                        symbols,
                        "mens_split_bf16",
                        FunctionDescriptor.ofVoid(
                                JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT));
        this.bf16PanelBytes =
                functionIfAny(
                        symbols,
                        "mens_bf16_panel_bytes",
                        FunctionDescriptor.of(JAVA_LONG, JAVA_INT));
        this.packBf16 =
                functionIfAny(
                        symbols,
                        "mens_pack_bf16",
                        FunctionDescriptor.ofVoid(
                                JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT));
        this.load = function(symbols, "mens_load", FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG));
        this.attend =
                function(
                        symbols,
                        "mens_attend",
                        FunctionDescriptor.ofVoid(
                                JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT,
                                JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                                JAVA_LONG));
        this.panelBytes =
                function(
                        symbols,
                        "mens_panel_bytes",
                        FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_INT));
        this.repack =
                function(
                        symbols,
                        "mens_repack",
                        FunctionDescriptor.ofVoid(
                                JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT,
                                JAVA_INT));
        var levelOf = function(symbols, "mens_level", FunctionDescriptor.of(JAVA_INT));
        try {
            this.level = (int) levelOf.invokeExact();
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
        this.rows = new CompiledRows(symbols, level);
    }

    /// The library for this system, if the bundle carries it and the processor can run it.
    static Optional<CpuLibrary> open() {
        var platform = System.getProperty("os.name") + "-" + System.getProperty("os.arch");
        var resource = "/native/" + platform + "/mens_cpu";
        try (var in = CpuLibrary.class.getResourceAsStream(resource)) {
            if (in == null) {
                return Optional.empty();
            }
            var file = Files.createTempFile("mens_cpu", ".so");
            var arena = Arena.ofShared();
            boolean opened = false;
            try {
                var bytes = in.readAllBytes();
                Files.write(file, bytes);
                var library = new CpuLibrary(arena, file, build(bytes));
                opened = library.level >= 0;
                return opened ? Optional.of(library) : Optional.empty();
            } catch (IllegalArgumentException unloadable) {
                return Optional.empty();
            } finally {
                if (!opened) {
                    arena.close();
                }
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("restricted")
    static MethodHandle function(SymbolLookup symbols, String name, FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(name), descriptor);
    }

    @SuppressWarnings("restricted")
    static @Nullable MethodHandle functionIfAny(
            SymbolLookup symbols, String name, FunctionDescriptor descriptor) {
        return symbols.find(name)
                .map(found -> Linker.nativeLinker().downcallHandle(found, descriptor))
                .orElse(null);
    }

    private static String build(byte[] library) {
        var crc = new CRC32C();
        crc.update(library);
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    /// Differs between libraries that were compiled from different sources.
    String build() {
        return build;
    }

    /// Name of the instruction set that its kernels use here.
    String instructions() {
        return switch (level) {
            case 3 -> "avx512-vnni-bf16";
            case 2 -> "avx512-vnni";
            case 1 -> "avx2";
            default -> System.getProperty("os.arch");
        };
    }

    CompiledRows rows() {
        return rows;
    }

    void multiply(
            PanelFormat format,
            long panels,
            int inputs,
            long x,
            long xStep,
            int rows,
            long y,
            long yStep,
            int from,
            int to) {
        try {
            multiply.invokeExact(
                    level, format.code, panels, inputs, x, xStep, rows, y, yStep, from, to);
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    void quantize(long floats, long bytes, int count, int from, int to) {
        try {
            quantize.invokeExact(level, floats, bytes, count, from, to);
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    /// Whether {@link #multiplyBf16} works here.
    boolean multipliesBf16() {
        return level == 3;
    }

    void multiplyBf16(
            long panels,
            int inputs,
            long x,
            long halves,
            long xStep,
            long halvesStep,
            int rows,
            long y,
            long yStep,
            int from,
            int to,
            long scratch) {
        try {
            Objects.requireNonNull(multiplyBf16)
                    .invokeExact(
                            panels,
                            inputs,
                            x,
                            halves,
                            xStep,
                            halvesStep,
                            rows,
                            y,
                            yStep,
                            from,
                            to,
                            scratch);
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    void splitBf16(long floats, long halves, int count, int from, int to) {
        try {
            Objects.requireNonNull(splitBf16).invokeExact(floats, halves, count, from, to);
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    long bf16PanelBytes(int inputs) {
        try {
            return (long) Objects.requireNonNull(bf16PanelBytes).invokeExact(inputs);
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    void packBf16(long weight, int rows, int inputs, long panels, int from, int to) {
        try {
            Objects.requireNonNull(packBf16).invokeExact(weight, rows, inputs, panels, from, to);
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    /// Starts to load bytes into the second-level cache.
    void load(long address, long bytes) {
        try {
            load.invokeExact(address, bytes);
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    /// @param attention address of the C struct of that name
    void attend(
            long attention,
            long pages,
            long keys,
            long values,
            int start,
            int rows,
            int first,
            int queries,
            long q,
            long out,
            long step,
            long scratch) {
        try {
            attend.invokeExact(
                    level, attention, pages, keys, values, start, rows, first, queries, q, out,
                    step, scratch);
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    long panelBytes(PanelFormat format, int inputs) {
        try {
            return (long) panelBytes.invokeExact(format.code, inputs);
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    void repack(
            PanelFormat format, long weight, int rows, int inputs, long panels, int from, int to) {
        try {
            repack.invokeExact(format.code, weight, rows, inputs, panels, from, to);
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
