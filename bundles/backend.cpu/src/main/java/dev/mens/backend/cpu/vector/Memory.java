package dev.mens.backend.cpu.vector;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Off-heap memory by address. Kernels in Java and in C share one view of it, and bounds were
/// checked when the network was prepared, so they are not checked again at each load.
public final class Memory {
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

    /// The whole address space: the offset into it is the address.
    @SuppressWarnings("restricted")
    static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private Memory() {}

    /// Address of zeroed memory that lives as long as the arena, on a cache line.
    public static long allocate(Arena arena, long bytes) {
        return arena.allocate(Math.max(64, bytes), 64).address();
    }

    /// Address of a tensor's bytes: where they are if they are off-heap, otherwise a copy.
    public static long address(Arena arena, MemorySegment data) {
        if (data.isNative()) {
            return data.address();
        }
        return arena.allocate(Math.max(64, data.byteSize()), 64).copyFrom(data).address();
    }

    static float get(long address) {
        return ALL.get(FLOAT, address);
    }

    static void set(long address, float value) {
        ALL.set(FLOAT, address, value);
    }

    static int getInt(long address) {
        return ALL.get(ValueLayout.JAVA_INT_UNALIGNED, address);
    }

    static void setInt(long address, int value) {
        ALL.set(ValueLayout.JAVA_INT_UNALIGNED, address, value);
    }

    static byte getByte(long address) {
        return ALL.get(ValueLayout.JAVA_BYTE, address);
    }

    static short getShort(long address) {
        return ALL.get(SHORT, address);
    }

    static void setShort(long address, short value) {
        ALL.set(SHORT, address, value);
    }

    /// An address that is kept in memory.
    static long pointer(long address) {
        return ALL.get(ValueLayout.JAVA_LONG, address);
    }

    static void setPointer(long address, long pointer) {
        ALL.set(ValueLayout.JAVA_LONG, address, pointer);
    }

    static void setHalf(long address, float value) {
        ALL.set(SHORT, address, Float.floatToFloat16(value));
    }

    static void copy(long from, long to, long floats) {
        MemorySegment.copy(ALL, from, ALL, to, 4 * floats);
    }

    static void read(long from, float[] into, int at, int count) {
        MemorySegment.copy(ALL, FLOAT, from, into, at, count);
    }

    static void write(float[] from, long to, int count) {
        MemorySegment.copy(from, 0, ALL, FLOAT, to, count);
    }

    static void zero(long from, long floats) {
        for (long i = 0; i < floats; i++) {
            set(from + 4 * i, 0);
        }
    }

    /// Floats of a row in a buffer: whole cache lines.
    static int stride(int width) {
        return (width + 15) & -16;
    }
}
