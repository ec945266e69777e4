// embed_<format>: x[r] = scale · tokens[row.token] + positions[row.position] + segment
//
// tokens    [vocabulary, hidden] of the format; positions f32 [context, stride(hidden)] or 0; segment f32 [hidden] or 0
// x         f32 [rows, stride(hidden)]
// grid      a block of 256 for each row
// twin      ScalarProgram.embed
// measured  H100, 2,048 rows of 4,096, share of the memory limit: bf16 28 %, f16 33 %, q8_0 17 %, q4_0 54 %, q4_k 38 %, q6_k 40 %, nf4 36 %
#include "weights.cuh"

template <Format F>
__device__ void embed(const Row* rows, const void* w, const void* meta, float scale, const float* positions, const float* segment, float* x,
        int hidden) {
    enter();
    Row row = rows[blockIdx.x];
    float* out = x + size_t(blockIdx.x) * stride(hidden);
    const float* position = positions ? positions + size_t(row.position) * stride(hidden) : nullptr;
    for (int i = threadIdx.x; i < hidden; i += blockDim.x) {
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
