// embed_<format>: x[r] = scale · tokens[row.token] + positions[row.position] + segment
//
// tokens    [vocabulary, hidden] of the format; positions f32 [context, stride(hidden)] or 0; segment f32 [hidden] or 0
// x         f32 [rows, stride(hidden)]
// grid      a block of 256 for each row
// twin      ScalarProgram.embed
// measured  H100, 2,048 rows of 4,096, share of the memory limit, when a thread read an element at a time and not eight: bf16 28 %, f16 33 %, q8_0 17 %, q4_0 54 %, q4_k 38 %, q6_k 40 %, nf4 36 %
#include "weights.cuh"

// Eight columns of a row; plain formats have them side by side.
template <Format F>
__device__ __forceinline__ void tokens8(const void* w, const void* meta, int token, int hidden, int i, float (&v)[8]) {
    if constexpr (F == BF16) {
        read8(static_cast<const bf16*>(w) + size_t(token) * stride(hidden) + i, v);
    } else if constexpr (F == F32) {
        read8(static_cast<const float*>(w) + size_t(token) * stride(hidden) + i, v);
    } else {
#pragma unroll
        for (int j = 0; j < 8; j++) v[j] = weightAt<F>(w, meta, token, hidden, i + j);
    }
}

__device__ __forceinline__ void add8(float (&sum)[8], const float* at) {
    float v[8];
    read8(at, v);
#pragma unroll
    for (int j = 0; j < 8; j++) sum[j] += v[j];
}

template <Format F>
__device__ void embed(const Row* rows, const void* w, const void* meta, float scale, const float* positions, const float* segment, float* x,
        int hidden) {
    enter();
    Row row = rows[blockIdx.x];
    float* out = x + size_t(blockIdx.x) * stride(hidden);
    const float* position = positions ? positions + size_t(row.position) * stride(hidden) : nullptr;
    int eights = hidden / 8 * 8;
    for (int i = threadIdx.x * 8; i < eights; i += blockDim.x * 8) {
        float v[8];
        tokens8<F>(w, meta, row.token, hidden, i, v);
#pragma unroll
        for (int j = 0; j < 8; j++) v[j] *= scale;
        if (position) add8(v, position + i);
        if (segment) add8(v, segment + i);
        write8(out + i, v);
    }
    for (int i = eights + threadIdx.x; i < hidden; i += blockDim.x) {
        float v = scale * weightAt<F>(w, meta, row.token, hidden, i);
        if (position) v += position[i];
        if (segment) v += segment[i];
        out[i] = v;
    }
}

#define DEFINE(F, name) \
    extern "C" __global__ void embed_##name(const Row* rows, const void* w, const void* meta, float scale, const float* positions, \
            const float* segment, float* x, int count, int hidden) { \
        embed<F>(rows, w, meta, scale, positions, segment, x, hidden); \
    }
FOR_EACH_FORMAT(DEFINE)
