// What all kernels share: the records the host writes, how rows are laid out, and small device functions.
#pragma once
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <stdint.h>

using bf16 = __nv_bfloat16;

// One row of a batch: a token of a sequence. Written by the host, advanced by `sample`.
struct Row {
    int token;
    int position;
    int end;       // exclusive end of the keys this row sees
    int total;     // length of the sequence after this batch
    int sequence;  // row of the page table
    int drawn;     // tokens the stream has generated
    int reserved[2];
};

constexpr int PAGE = 64;  // tokens in a page of the key-value cache

// Elements between the rows of a matrix with this many columns.
__host__ __device__ constexpr int stride(int columns) { return (columns + 63) / 64 * 64; }

// Kernels of a stream overlap (programmatic dependent launch): the next one may start, and read ahead, from launchDependents on; awaitPrevious returns once
// all that came before is complete. What a kernel may read before it: weights; in attend_decode also rows, pages and older keys, because `embed`, like every
// kernel but the products and the attention of a decode step, lets the next start only after its own wait, and so no kernel of a step runs before the
// last step is complete.
__device__ __forceinline__ void launchDependents() {
#if __CUDA_ARCH__ >= 900
    asm volatile("griddepcontrol.launch_dependents;" ::: "memory");
#endif
}
__device__ __forceinline__ void awaitPrevious() {
#if __CUDA_ARCH__ >= 900
    asm volatile("griddepcontrol.wait;" ::: "memory");
#endif
}
__device__ __forceinline__ void enter() {
    awaitPrevious();
    launchDependents();
}

__device__ __forceinline__ float toFloat(float v) { return v; }
__device__ __forceinline__ float toFloat(bf16 v) { return __bfloat162float(v); }
__device__ __forceinline__ float toFloat(__half v) { return __half2float(v); }
__device__ __forceinline__ void put(float* at, float v) { *at = v; }
__device__ __forceinline__ void put(bf16* at, float v) { *at = __float2bfloat16_rn(v); }

// Eight neighbours at a time, 16-byte aligned.
__device__ __forceinline__ void read8(const float* at, float (&v)[8]) {
    float4 low = *reinterpret_cast<const float4*>(at), high = *reinterpret_cast<const float4*>(at + 4);
    v[0] = low.x, v[1] = low.y, v[2] = low.z, v[3] = low.w, v[4] = high.x, v[5] = high.y, v[6] = high.z, v[7] = high.w;
}
__device__ __forceinline__ void read8(const bf16* at, float (&v)[8]) {
    uint4 raw = *reinterpret_cast<const uint4*>(at);
    const __nv_bfloat162* pairs = reinterpret_cast<const __nv_bfloat162*>(&raw);
#pragma unroll
    for (int j = 0; j < 4; j++) {
        float2 pair = __bfloat1622float2(pairs[j]);
        v[2 * j] = pair.x, v[2 * j + 1] = pair.y;
    }
}
__device__ __forceinline__ void write8(float* at, const float (&v)[8]) {
    *reinterpret_cast<float4*>(at) = make_float4(v[0], v[1], v[2], v[3]);
    *reinterpret_cast<float4*>(at + 4) = make_float4(v[4], v[5], v[6], v[7]);
}
__device__ __forceinline__ void write8(bf16* at, const float (&v)[8]) {
    uint4 raw;
    __nv_bfloat162* pairs = reinterpret_cast<__nv_bfloat162*>(&raw);
#pragma unroll
    for (int j = 0; j < 4; j++) pairs[j] = __floats2bfloat162_rn(v[2 * j], v[2 * j + 1]);
    *reinterpret_cast<uint4*>(at) = raw;
}

__device__ __forceinline__ float warpSum(float v) {
    for (int lanes = 16; lanes > 0; lanes /= 2) v += __shfl_xor_sync(~0u, v, lanes);
    return v;
}
__device__ __forceinline__ float warpMax(float v) {
    for (int lanes = 16; lanes > 0; lanes /= 2) v = fmaxf(v, __shfl_xor_sync(~0u, v, lanes));
    return v;
}

// Sum over a block of whole warps, at most 1024 threads; every thread gets it. `scratch` is 32 floats of shared memory.
__device__ __forceinline__ float blockSum(float v, float* scratch) {
    v = warpSum(v);
    if (threadIdx.x % 32 == 0) scratch[threadIdx.x / 32] = v;
    __syncthreads();
    float sum = 0;
    for (int w = 0; w < blockDim.x / 32; w++) sum += scratch[w];
    __syncthreads();
    return sum;
}
__device__ __forceinline__ float blockMax(float v, float* scratch) {
    v = warpMax(v);
    if (threadIdx.x % 32 == 0) scratch[threadIdx.x / 32] = v;
    __syncthreads();
    float max = scratch[0];
    for (int w = 1; w < blockDim.x / 32; w++) max = fmaxf(max, scratch[w]);
    __syncthreads();
    return max;
}

enum Activation { NONE = -1, SILU = 0, GELU = 1, GELU_TANH = 2, RELU = 3 };

__device__ __forceinline__ float activate(int activation, float x) {
    switch (activation) {
        case SILU: return x / (1 + expf(-x));
        case GELU: return 0.5f * x * (1 + erff(x * 0.70710678118654752f));
        case GELU_TANH: return 0.5f * x * (1 + tanhf(0.79788456080286536f * (x + 0.044715f * x * x * x)));
        case RELU: return x != x ? x : fmaxf(x, 0);
        default: return x;
    }
}

__device__ __forceinline__ float softCapped(float v, float cap) { return cap > 0 ? cap * tanhf(v / cap) : v; }

// Unsigned integers that compare as the floats do.
__device__ __forceinline__ unsigned ordered(float v) {
    unsigned bits = __float_as_uint(v);
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}
__device__ __forceinline__ float unordered(unsigned key) {
    return __uint_as_float(key & 0x80000000u ? key & 0x7fffffffu : ~key);
}
