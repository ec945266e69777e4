package dev.mens.backend.cpu.vector;

/// How keys and values are kept. Halves take half the memory, and half the time to read in long
/// contexts; the rounding costs about 1e-4 of a logit.
public enum CacheType {
    F32(4),
    F16(2);

    private final int bytes;

    CacheType(int bytes) {
        this.bytes = bytes;
    }

    /// Bytes of one element.
    public int bytes() {
        return bytes;
    }
}
