package dev.mens.backend.cuda.program;

/// What activations and caches are computed and kept in. The residual stream and all sums are F32
/// either way.
public enum Precision {
    /// BF16 on tensor cores.
    FAST("bf16", 2),
    /// F32 throughout, on the ordinary cores: as exact as the goldens, and many times slower.
    EXACT("f32", 4);

    private final String suffix;
    private final int bytes;

    Precision(String suffix, int bytes) {
        this.suffix = suffix;
        this.bytes = bytes;
    }

    /// How kernels of this type are named.
    String suffix() {
        return suffix;
    }

    /// Bytes of one element.
    int bytes() {
        return bytes;
    }
}
