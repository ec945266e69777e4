// One row of x on the tensor cores' eight-bit integers: how 256 of its columns lie in shared memory, and a warp's sums of them and sixteen weight rows.
#pragma once
#include "quantized.cuh"

constexpr int X_BYTES = 512 + 32 + 16;  // of a span: [8][h, l][32], sums of blocks t and t + 4 for t of 0..3, what 1 stands for

// A lane's eight columns of a warp's span into shared memory. A number that is none makes all of the span's sums none.
template <Format F>
__device__ __forceinline__ void quantizeSpan(const float (&v)[8], uint8_t* to) {
    constexpr float MOST = 127 * 257, TINY = 1e-30f, INTEGERS = 12582912;  // from where f32 has integers as its low bits
    int lane = threadIdx.x % 32;
    float own = 0;
#pragma unroll
    for (int j = 0; j < 8; j++) own = larger(own, fabsf(v[j]));
    float largest = __uint_as_float(__reduce_max_sync(~0u, __float_as_uint(own)));
    float unit = largest * (1 / MOST);
    float inverse = largest > TINY ? reciprocal(unit) : 0;
    unsigned q[8];
    unsigned total = 0;
#pragma unroll
    for (int j = 0; j < 8; j++) {
        q[j] = __float_as_uint(fmaf(v[j], inverse, INTEGERS + 128));  // 128 more: the lower byte counts from −128
        total += q[j];
    }
    // In the order of a word's even nibbles, then of its odd ones; bytes in their own.
    constexpr bool BYTES = F == Q8_0;
    unsigned a = permute(q[0], q[BYTES ? 1 : 4], 0x5410), b = permute(q[BYTES ? 2 : 1], q[BYTES ? 3 : 5], 0x5410);
    unsigned c = permute(q[BYTES ? 4 : 2], q[BYTES ? 5 : 6], 0x5410), d = permute(q[BYTES ? 6 : 3], q[7], 0x5410);
    uint8_t* at = to + lane / 4 * 64 + lane % 4 * 8;
    *reinterpret_cast<uint2*>(at) = make_uint2(permute(a, b, 0x7531), permute(c, d, 0x7531));
    *reinterpret_cast<uint2*>(at + 32) = make_uint2(permute(a, b, 0x6420) ^ 0x80808080u, permute(c, d, 0x6420) ^ 0x80808080u);
    if constexpr (F == Q4_K) {
        total -= 8 * __float_as_uint(INTEGERS + 128);
        for (int lanes = 1; lanes < 4; lanes *= 2) total += __shfl_xor_sync(~0u, total, lanes);
        int block = lane / 4;
        if (lane % 4 == 0) *reinterpret_cast<unsigned*>(to + 512 + block % 4 * 8 + block / 4 * 4) = total;
    }
    if (lane == 0) *reinterpret_cast<float*>(to + 544) = largest <= TINY ? 0 : unit;
}

// Which columns of four an operand's lane has: all bits set for one of four instructions.
struct Masks {
    unsigned of[4];
    __device__ __forceinline__ Masks() {
#pragma unroll
        for (int b = 0; b < 4; b++) of[b] = threadIdx.x % 32 / 8 == b ? ~0u : 0;
    }
    __device__ __forceinline__ uint2 operator()(uint2 x, int b) const { return make_uint2(x.x & of[b], x.y & of[b]); }
};
template <bool SIGNED>
__device__ __forceinline__ void multiplyOn(int (&d)[4], unsigned a0, unsigned a1, unsigned a2, unsigned a3, uint2 b) {
    if constexpr (SIGNED) {
        asm("mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
            : "+r"(d[0]), "+r"(d[1]), "+r"(d[2]), "+r"(d[3])
            : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(b.x), "r"(b.y));
    } else {
        asm("mma.sync.aligned.m16n8k32.row.col.s32.u8.s8.s32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
            : "+r"(d[0]), "+r"(d[1]), "+r"(d[2]), "+r"(d[3])
            : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(b.x), "r"(b.y));
    }
}

// Scales and minima of blocks t and t + 4 of a Q4_K record.
struct Q4kPair {
    int scale[2], minimum[2];
    __device__ __forceinline__ Q4kPair(const uint4& record, unsigned byte) {
        unsigned y = permute(record.y, 0, byte), z = permute(record.z, 0, byte), w = permute(record.w, 0, byte);
        scale[0] = y & 63;
        scale[1] = (y >> 2 & 0x30) | (w & 15);
        minimum[0] = z & 63;
        minimum[1] = (z >> 2 & 0x30) | w >> 4;
    }
};

// What a lane has of a span of x.
struct Span {
    uint2 operands[2][4];  // of blocks of 32 columns
    int2 totals;           // of blocks t and t + 4
    float step;
    __device__ __forceinline__ void read(const uint8_t* x, const Masks& masks) {
        int lane = threadIdx.x % 32;
#pragma unroll
        for (int half = 0; half < 2; half++) {
            uint2 own = *reinterpret_cast<const uint2*>(x + half * 256 + lane * 8);
#pragma unroll
            for (int i = 0; i < 4; i++) operands[half][i] = masks(own, i);
        }
        totals = *reinterpret_cast<const int2*>(x + 512 + lane % 4 * 8);
        step = *reinterpret_cast<const float*>(x + 544);
    }
};

// sum += two weight rows' span times x: a lane has the parts of two of the eight blocks.
template <Format F>
__device__ __forceinline__ void accumulateOne(float (&sum)[2], const WeightRows<F>& rows, const Span& x) {
    int t = threadIdx.x % 4;
    uint4 low = rows.record(0), high = rows.record(1);
    int d[2][4] = {};
#pragma unroll
    for (int half = 0; half < 2; half++) {
        if constexpr (F == Q4_K) {
            uint4 a = rows.quants(half, 0), c = rows.quants(half, 1);
#pragma unroll
            for (int i = 0; i < 4; i++) {
                unsigned p = word(a, i), q = word(c, i);
                multiplyOn<false>(d[half], p & NIBBLES, q & NIBBLES, p >> 4 & NIBBLES, q >> 4 & NIBBLES, x.operands[half][i]);
            }
        } else {
#pragma unroll
            for (int i = 0; i < 4; i++) {
                uint4 a = rows.quants(half * 2 + i / 2, 0), c = rows.quants(half * 2 + i / 2, 1);
                if (i % 2 == 0) multiplyOn<true>(d[half], a.x, c.x, a.y, c.y, x.operands[half][i]);
                else multiplyOn<true>(d[half], a.z, c.z, a.w, c.w, x.operands[half][i]);
            }
        }
    }
    // At most 2 · 63 · 32 · 15 · 127 · 257, which is below 2^31.
    int v[2][2];
#pragma unroll
    for (int half = 0; half < 2; half++) v[half][0] = d[half][0] * 256 + d[half][1], v[half][1] = d[half][2] * 256 + d[half][3];
    if constexpr (F == Q4_K) {
        unsigned byte = 0x4440 | t;
        Q4kPair l(low, byte), h(high, byte);
        float2 lowD = __half22float2(*reinterpret_cast<__half2*>(&low.x)), highD = __half22float2(*reinterpret_cast<__half2*>(&high.x));
        auto part = [&](const Q4kPair& pair, float2 d, int upper) {
            int quants = pair.scale[0] * v[0][upper] + pair.scale[1] * v[1][upper];
            int minima = pair.minimum[0] * x.totals.x + pair.minimum[1] * x.totals.y;
            return d.x * static_cast<float>(quants) - d.y * static_cast<float>(minima);
        };
        sum[0] += x.step * part(l, lowD, 0);
        sum[1] += x.step * part(h, highD, 1);
    } else {
        unsigned at = 0x1010 + t % 2 * 0x2222;
        auto scale = [&](const uint4& record, int half) {
            unsigned pair = half ? (t / 2 ? record.w : record.z) : (t / 2 ? record.y : record.x);
            return __half2float(__ushort_as_half(static_cast<unsigned short>(permute(pair, 0, at))));
        };
        sum[0] += x.step * (scale(low, 0) * static_cast<float>(v[0][0]) + scale(low, 1) * static_cast<float>(v[1][0]));
        sum[1] += x.step * (scale(high, 0) * static_cast<float>(v[0][1]) + scale(high, 1) * static_cast<float>(v[1][1]));
    }
}
