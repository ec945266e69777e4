package dev.mens.backend.cuda.program;

import dev.mens.compute.DType;

/// How a matrix lies on the device. Plain types are rows of {@link Strides}; quantized ones are two
/// planes, quants and scales, whose rows cover 256 elements at a time.
enum WeightType {
    F32("f32", 4, 0, 0),
    F16("f16", 2, 0, 0),
    BF16("bf16", 2, 0, 0),
    Q8_0("q8_0", 0, 256, 16),
    Q4_0("q4_0", 0, 128, 16),
    Q4_K("q4_k", 0, 128, 16),
    Q6_K("q6_k", 0, 192, 32),
    NF4("nf4", 0, 128, 16);

    /// Elements that a quantized row is rounded up to.
    private static final int SPAN = 256;

    private final String suffix;
    private final int elementBytes;
    private final int spanBytes;
    private final int spanScaleBytes;

    WeightType(String suffix, int elementBytes, int spanBytes, int spanScaleBytes) {
        this.suffix = suffix;
        this.elementBytes = elementBytes;
        this.spanBytes = spanBytes;
        this.spanScaleBytes = spanScaleBytes;
    }

    /// @return what a stored type becomes: itself, or the compute type if no kernel reads it
    static WeightType of(DType dtype, Precision precision) {
        return switch (dtype) {
            case F16 -> F16;
            case BF16 -> BF16;
            case Q8_0 -> Q8_0;
            case Q4_0 -> Q4_0;
            case Q4_K -> Q4_K;
            case Q6_K -> Q6_K;
            case NF4 -> NF4;
            case F32,
                    F64,
                    I64,
                    I32,
                    I16,
                    I8,
                    U64,
                    U32,
                    U16,
                    U8,
                    BOOL,
                    F8_E4M3,
                    F8_E5M2,
                    Q4_1,
                    Q5_0,
                    Q5_1,
                    Q2_K,
                    Q3_K,
                    Q5_K ->
                    precision == Precision.EXACT ? F32 : BF16;
        };
    }

    /// How kernels that read it are named.
    String suffix() {
        return suffix;
    }

    boolean quantized() {
        return elementBytes == 0;
    }

    /// Whether few rows are multiplied with it as integers.
    boolean integers() {
        return this == Q8_0 || this == Q4_K;
    }

    /// Bytes of one row of the first plane.
    long rowBytes(int columns) {
        return quantized()
                ? (long) spans(columns) * spanBytes
                : (long) Strides.of(columns) * elementBytes;
    }

    /// Bytes of one row of scales, 0 for plain types.
    long scaleBytes(int columns) {
        return (long) spans(columns) * spanScaleBytes;
    }

    /// Threads that {@code repack} takes for one row.
    static int spans(int columns) {
        return (columns + SPAN - 1) / SPAN;
    }
}
