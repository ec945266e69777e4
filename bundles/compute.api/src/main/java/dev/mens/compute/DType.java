package dev.mens.compute;

/// How the elements of a tensor are stored. Quantized types store blocks along the last dimension;
/// their layouts are llama.cpp's but for NF4's, specified in docs/formats.md.
public enum DType {
    F64(1, 8),
    F32(1, 4),
    F16(1, 2),
    BF16(1, 2),
    I64(1, 8),
    I32(1, 4),
    I16(1, 2),
    I8(1, 1),
    U64(1, 8),
    U32(1, 4),
    U16(1, 2),
    U8(1, 1),
    BOOL(1, 1),
    F8_E4M3(1, 1),
    F8_E5M2(1, 1),
    Q4_0(32, 18),
    Q4_1(32, 20),
    Q5_0(32, 22),
    Q5_1(32, 24),
    Q8_0(32, 34),
    Q2_K(256, 84),
    Q3_K(256, 110),
    Q4_K(256, 144),
    Q5_K(256, 176),
    Q6_K(256, 210),
    NF4(64, 36);

    private final int blockElements;
    private final int blockBytes;

    DType(int blockElements, int blockBytes) {
        this.blockElements = blockElements;
        this.blockBytes = blockBytes;
    }

    /// Elements in one block; 1 for plain types.
    public int blockElements() {
        return blockElements;
    }

    /// Bytes of one block, or of one element of a plain type.
    public int blockBytes() {
        return blockBytes;
    }

    public boolean quantized() {
        return blockElements > 1;
    }

    /// Bytes that `elements` take, which must be a whole number of blocks.
    public long bytes(long elements) {
        if (elements % blockElements != 0) {
            throw ComputeProblem.PARTIAL_BLOCK.with(elements, this, blockElements);
        }
        return Math.multiplyExact(elements / blockElements, (long) blockBytes);
    }
}
