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

/// Keccak and BLAKE3's chunks in C (`src/main/c`), loaded from a file of this bundle's own, so that
/// the next version of the bundle can load its own beside it. After it was closed, hashes that
/// still run go on in Java.
final class CompiledHashes implements Keccak, ChunkValues, AutoCloseable {
    /// A call holds up the garbage collector; 64 KB of input take 0.2 ms.
    private static final int BLOCKS_OF_A_CALL = 900;

    private final Arena arena;
    private final int level;
    private final MethodHandle absorb;
    private final MethodHandle chunks;
    private final Keccak javaKeccak;
    private final ChunkValues javaChunks;
    private final ReadWriteLock use = new ReentrantReadWriteLock();
    private boolean closed;

    @SuppressWarnings("restricted")
    private CompiledHashes(Arena arena, Path file, Keccak javaKeccak, ChunkValues javaChunks) {
        this.arena = arena;
        this.javaKeccak = javaKeccak;
        this.javaChunks = javaChunks;
        var linker = Linker.nativeLinker();
        var symbols = SymbolLookup.libraryLookup(file, arena);
        this.absorb =
                linker.downcallHandle(
                        symbols.findOrThrow("mens_absorb"),
                        FunctionDescriptor.ofVoid(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG),
                        Linker.Option.critical(true));
        this.chunks =
                linker.downcallHandle(
                        symbols.findOrThrow("mens_chunks"),
                        FunctionDescriptor.ofVoid(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS),
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
    static Optional<CompiledHashes> open(Keccak javaKeccak, ChunkValues javaChunks) {
        var platform = System.getProperty("os.name") + "-" + System.getProperty("os.arch");
        var resource = "/native/" + platform + "/mens_hashes";
        try (var in = CompiledHashes.class.getResourceAsStream(resource)) {
            if (in == null) {
                return Optional.empty();
            }
            var file = Files.createTempFile("mens_hashes", ".so");
            var arena = Arena.ofShared();
            boolean opened = false;
            try {
                Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
                var library = new CompiledHashes(arena, file, javaKeccak, javaChunks);
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
                javaKeccak.absorb(state, bytes, from, blocks);
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

    /// 16 KB of input take 4 µs.
    @Override
    public void group(byte[] bytes, int from, long counter, int[] values) {
        use.readLock().lock();
        try {
            if (closed) {
                javaChunks.group(bytes, from, counter, values);
            } else {
                call(
                        MemorySegment.ofArray(bytes).asSlice(from, (long) GROUP * CHUNK),
                        counter,
                        MemorySegment.ofArray(values));
            }
        } finally {
            use.readLock().unlock();
        }
    }

    private void call(MemorySegment input, long counter, MemorySegment values) {
        try {
            chunks.invokeExact(level, input, counter, values);
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
