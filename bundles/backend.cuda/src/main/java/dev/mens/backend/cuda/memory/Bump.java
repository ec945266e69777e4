package dev.mens.backend.cuda.memory;

/// Gives out addresses one after the other, so that what is wanted can be counted before it is
/// allocated: once from 0 for the sum, once from where the memory really is.
public final class Bump {
    private static final long ALIGNMENT = 256;

    private final long base;
    private long next;

    public Bump(long base) {
        this.base = base;
        next = base;
    }

    /// Address of the next `bytes` bytes.
    public long take(long bytes) {
        long address = next;
        next = Math.addExact(address, aligned(bytes));
        return address;
    }

    public long bytes() {
        return next - base;
    }

    public static long aligned(long bytes) {
        return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
    }
}
