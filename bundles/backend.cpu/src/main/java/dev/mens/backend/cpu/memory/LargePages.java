package dev.mens.backend.cpu.memory;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Anonymous memory in large pages where the system grants them: weights are read end to end for
/// each token, and with small pages the processor spends a third of that time on translation.
public final class LargePages {
    private static final int READ_WRITE = 3;
    private static final int PRIVATE_ANONYMOUS = 0x22;
    private static final int ADVISE_HUGE = 14;
    private static final long PAGE = 2L << 20;
    private static final boolean LINUX = System.getProperty("os.name").equals("Linux");

    private LargePages() {}

    /// Zeroed memory that lives as long as the arena, at the start of a large page where there are
    /// any, otherwise on a cache line.
    ///
    /// @throws OutOfMemoryError if the system has no more
    public static MemorySegment allocate(Arena arena, long bytes) {
        return LINUX ? Linux.map(arena, bytes) : arena.allocate(bytes, 64);
    }

    /// The C library's calls, bound when first used.
    @SuppressWarnings("restricted")
    private static final class Linux {
        private static final MethodHandle MMAP =
                function(
                        "mmap",
                        FunctionDescriptor.of(
                                JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT,
                                JAVA_LONG));
        private static final MethodHandle MADVISE =
                function(
                        "madvise", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
        private static final MethodHandle MUNMAP =
                function("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));

        private static MethodHandle function(String name, FunctionDescriptor descriptor) {
            var linker = Linker.nativeLinker();
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
        }

        static MemorySegment map(Arena arena, long bytes) {
            long size = Math.max(1, bytes) + PAGE;
            try {
                long address =
                        (long) MMAP.invokeExact(0L, size, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0L);
                if (address == -1) {
                    throw new OutOfMemoryError("no room for " + bytes + " bytes");
                }
                // Advice only: a system without large pages refuses it, and nothing is lost.
                int _ = (int) MADVISE.invokeExact(address, size, ADVISE_HUGE);
                return MemorySegment.ofAddress((address + PAGE - 1) & -PAGE)
                        .reinterpret(bytes, arena, own -> unmap(address, size));
            } catch (RuntimeException | Error thrown) {
                throw thrown;
            } catch (Throwable thrown) {
                throw new AssertionError(thrown);
            }
        }

        private static void unmap(long address, long size) {
            try {
                int _ = (int) MUNMAP.invokeExact(address, size);
            } catch (Throwable thrown) {
                throw new AssertionError(thrown);
            }
        }
    }
}
