package dev.mens.backend.cuda.gpu;

/// `y = alpha · x · wᵀ + beta · y` on tensor cores: bf16 operands, sums in f32.
///
/// @param w `[n, k]` bf16 at steps of `wStride` elements
/// @param x `[rows, k]` bf16
/// @param y `[rows, n]`, f32 or bf16
/// @param single whether `y` is f32
public record Gemm(
        long w,
        int wStride,
        long x,
        int xStride,
        long y,
        int yStride,
        int rows,
        int n,
        int k,
        boolean single,
        float alpha,
        float beta) {

    /// What decides on the way to compute it.
    public record Form(
            int rows, int n, int k, int wStride, int xStride, int yStride, boolean single) {}

    public Form form() {
        return new Form(rows, n, k, wStride, xStride, yStride, single);
    }
}
