package dev.mens.crypto.hashes;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// Keccak in C (`src/main/c`), loaded from a file of this bundle's own, so that the next version of
/// the bundle can load its own beside it. After it was closed, hashes that still run go on in Java.
final class CompiledKeccak implements Keccak, AutoCloseable {
    /// A call holds up the garbage collector; 64 KB of input take 0.2 ms.
    private static final int BLOCKS_OF_A_CALL = 900;

    private final Arena arena;
    private final int level;
    private final MethodHandle absorb;
    private final Keccak fallback;
    private final ReadWriteLock use = new ReentrantReadWriteLock();
    private boolean closed;

    @SuppressWarnings("restricted")
    private CompiledKeccak(Arena arena, Path file, Keccak fallback) {
        this.arena = arena;
        this.fallback = fallback;
        var linker = Linker.nativeLinker();
        var symbols = SymbolLookup.libraryLookup(file, arena);
        this.absorb =
                linker.downcallHandle(
                        symbols.findOrThrow("mens_absorb"),
                        FunctionDescriptor.ofVoid(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG),
                        Linker.Option.critical(true));
        var levelOf =
                linker.downcallHandle(
                        symbols.findOrThrow("mens_level"), FunctionDescriptor.of(JAVA_INT));
        try {
            this.level = (int) levelOf.invokeExact();
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    /// The library for this system, if the bundle carries it and the processor can run it.
    static Optional<CompiledKeccak> open(Keccak fallback) {
        var platform = System.getProperty("os.name") + "-" + System.getProperty("os.arch");
        var resource = "/native/" + platform + "/mens_keccak";
        try (var in = CompiledKeccak.class.getResourceAsStream(resource)) {
            if (in == null) {
                return Optional.empty();
            }
            var file = Files.createTempFile("mens_keccak", ".so");
            var arena = Arena.ofShared();
            boolean opened = false;
            try {
                Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
                var library = new CompiledKeccak(arena, file, fallback);
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

    @Override
    public void absorb(long[] state, byte[] bytes, int from, int blocks) {
        for (int done = 0; done < blocks; done += BLOCKS_OF_A_CALL) {
            int count = Math.min(BLOCKS_OF_A_CALL, blocks - done);
            call(state, bytes, from + done * RATE, count);
        }
    }

    private void call(long[] state, byte[] bytes, int from, int blocks) {
        use.readLock().lock();
        try {
            if (closed) {
                fallback.absorb(state, bytes, from, blocks);
            } else {
                call(
                        MemorySegment.ofArray(state),
                        MemorySegment.ofArray(bytes).asSlice(from, (long) blocks * RATE),
                        blocks);
            }
        } finally {
            use.readLock().unlock();
        }
    }

    private void call(MemorySegment state, MemorySegment input, long blocks) {
        try {
            absorb.invokeExact(level, state, input, blocks);
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    @Override
    public void close() {
        use.writeLock().lock();
        try {
            closed = true;
            arena.close();
        } finally {
            use.writeLock().unlock();
        }
    }
}
