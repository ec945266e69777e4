// Weights as they lie on the device, element by element. Plain types: rows of stride(k) elements. Quantized types: a plane of quants and a
// plane of scales (`meta`), rows padded to kp = k rounded up to 256, made from file blocks by repack.cu.
//
// The quants of 128 columns are ordered so that a thread of a tensor-core quad (t = 0..3) finds what it multiplies in one 16-byte load:
// word b holds elements 8t..8t+7 of the b-th block of 32. See linear.cu.
#pragma once
#include "mens.cuh"

enum Format { F32, F16, BF16, Q8_0, Q4_0, Q4_K, Q6_K, NF4 };

__host__ __device__ constexpr int padded(int k) { return (k + 255) / 256 * 256; }

// Bytes between rows.
template <Format F>
__host__ __device__ constexpr size_t rowBytes(int k) {
    switch (F) {
        case F32: return size_t(stride(k)) * 4;
        case F16:
        case BF16: return size_t(stride(k)) * 2;
        case Q8_0: return padded(k);
        case Q6_K: return size_t(padded(k)) / 4 * 3;
        default: return padded(k) / 2;
    }
}
template <Format F>
__host__ __device__ constexpr size_t metaBytes(int k) {
    switch (F) {
        case Q8_0:
        case Q4_0: return padded(k) / 16;
        case Q4_K: return padded(k) / 16;
        case Q6_K: return padded(k) / 8;
        case NF4: return padded(k) / 16;
        default: return 0;
    }
}

// The sixteen levels of NF4, quantiles of the normal distribution (Dettmers et al. 2023, appendix E).
__constant__ const float NF4_LEVELS[16] = {-1.0f, -0.6961928009986877f, -0.5250730514526367f, -0.39491748809814453f, -0.28444138169288635f,
    -0.18477343022823334f, -0.09105003625154495f, 0.0f, 0.07958029955625534f, 0.16093020141124725f, 0.24611230194568634f, 0.33791524171829224f,
    0.44070982933044434f, 0.5626170039176941f, 0.7229568362236023f, 1.0f};

// Scale and minimum of group g of 8 in a Q4_K meta record: d, dmin, 12 bytes of 6-bit pairs.
struct ScaleAndMinimum {
    float scale, minimum;
};
__device__ __forceinline__ ScaleAndMinimum q4kGroup(uint4 meta, int g) {
    __half2 d = *reinterpret_cast<__half2*>(&meta.x);
    int scale, minimum;
    int shift = g % 4 * 8;
    if (g < 4) {
        scale = meta.y >> shift & 63;
        minimum = meta.z >> shift & 63;
    } else {
        scale = (meta.w >> shift & 15) | (meta.y >> (shift + 6) & 3) << 4;
        minimum = (meta.w >> (shift + 4) & 15) | (meta.z >> (shift + 6) & 3) << 4;
    }
    return {__low2float(d) * scale, __high2float(d) * minimum};
}

// Where column i of 0..31 of a block is: thread of the quad, and place among its eight.
__device__ __forceinline__ void place32(int i, int& t, int& j) {
    t = i / 8;
    j = i % 8;
}
// Q6_K has a scale for every 16, so each half of a thread's eight comes from another sixteen.
__device__ __forceinline__ void place16(int i, int& t, int& j) {
    t = i % 16 / 4;
    j = i % 4 + i / 16 * 4;
}
// Nibble of element j of a word, such that (word >> 4i) & 0x000f000f are elements 2i and 2i+1.
__device__ __forceinline__ int nibble(int j) { return j / 2 + j % 2 * 4; }

// One element as f32.
template <Format F>
__device__ __forceinline__ float weightAt(const void* w, const void* meta, size_t row, int k, int i) {
    const uint8_t* q = static_cast<const uint8_t*>(w) + row * rowBytes<F>(k);
    const uint8_t* m = static_cast<const uint8_t*>(meta) + row * metaBytes<F>(k);
    if constexpr (F == F32) return reinterpret_cast<const float*>(q)[i];
    if constexpr (F == F16) return __half2float(reinterpret_cast<const __half*>(q)[i]);
    if constexpr (F == BF16) return __bfloat162float(reinterpret_cast<const bf16*>(q)[i]);
    int t, j;
    if constexpr (F == Q6_K) place16(i % 32, t, j);
    else place32(i % 32, t, j);
    int block = i % 128 / 32;
    if constexpr (F == Q8_0) {
        float d = __half2float(reinterpret_cast<const __half*>(m)[i / 32]);
        return d * int8_t(q[i / 64 * 64 + t * 16 + i % 64 / 32 * 8 + j]);
    }
    unsigned word = reinterpret_cast<const unsigned*>(q)[i / 128 * 16 + t * 4 + block];
    if constexpr (F == NF4) return reinterpret_cast<const float*>(m)[i / 64] * NF4_LEVELS[word >> 4 * j & 15];
    int low = word >> 4 * nibble(j) & 15;
    if constexpr (F == Q4_0) return __half2float(reinterpret_cast<const __half*>(m)[i / 32]) * (low - 8);
    if constexpr (F == Q4_K) {
        auto group = q4kGroup(reinterpret_cast<const uint4*>(m)[i / 256], i % 256 / 32);
        return group.scale * low - group.minimum;
    }
    if constexpr (F == Q6_K) {
        unsigned pairs = reinterpret_cast<const unsigned*>(q + padded(k) / 2)[i / 128 * 8 + t * 2 + block / 2];
        int high = pairs >> (block % 2 * 8 + j / 2 * 2 + j % 2 * 16) & 3;
        const uint8_t* record = m + i / 256 * 32;
        float d = __half2float(*reinterpret_cast<const __half*>(record));
        return d * int8_t(record[16 + i % 256 / 16]) * ((low | high << 4) - 32);
    }
    return 0;
}

// Expands a macro for every format.
#define FOR_EACH_QUANTIZED(define) define(Q8_0, q8_0) define(Q4_0, q4_0) define(Q4_K, q4_k) define(Q6_K, q6_k) define(NF4, nf4)
#define FOR_EACH_FORMAT(define) define(F32, f32) define(F16, f16) define(BF16, bf16) FOR_EACH_QUANTIZED(define)
