// widen_<format>: weights as bf16 for matrix products of many rows by cublasLt.
//
// y         bf16 [rows, stride(k)], padding zero
// grid      a block of 256 for each row
// twin      dev.mens.compute.Elements.read, rounded to nearest even
#include "weights.cuh"

template <Format F>
__device__ void widen(const void* w, const void* meta, bf16* y, int k) {
    enter();
    bf16* out = y + size_t(blockIdx.x) * stride(k);
    for (int i = threadIdx.x; i < stride(k); i += blockDim.x) {
        out[i] = __float2bfloat16_rn(i < k ? weightAt<F>(w, meta, blockIdx.x, k, i) : 0);
    }
}

#define DEFINE(F, name) \
    extern "C" __global__ void widen_##name(const void* w, const void* meta, bf16* y, int rows, int k) { widen<F>(w, meta, y, k); }
FOR_EACH_FORMAT(DEFINE)
