// Products on the tensor cores' eight-bit integers: how weights and x of quantized.cuh lie in shared memory, and a warp's sums of one span of sixteen rows.
#pragma once
#include "linear.cuh"

constexpr int SPAN = 256;  // columns
constexpr int WARPS = 16;
constexpr int TEAM = 8;
constexpr int TEAMS = WARPS / TEAM;
constexpr int ROWS = 4;    // of x
constexpr int UNIT = 16;   // weight rows
constexpr int GROUP = UNIT * 64 + 64;  // bytes of 64 from each row, and some against bank conflicts

// Spans that a warp has on their way or in hand.
template <Format F>
__host__ __device__ constexpr int stages() {
    return F == Q8_0 ? 2 : 3;
}
// Bytes of a row's span: quants, and scales.
template <Format F>
__host__ __device__ constexpr int mainBytes() {
    return F == Q8_0 ? SPAN : SPAN / 2;
}
constexpr int META = 16;
template <Format F>
__host__ __device__ constexpr int quantSlot() {
    return mainBytes<F>() / 64 * GROUP;
}
template <Format F>
__host__ __device__ constexpr int slotBytes() {
    return quantSlot<F>() + UNIT * META;
}
constexpr int ROUND = 8;  // units whose sums wait to be added up together

// Shared memory of a block, in this order.
template <Format F>
struct Staged {
    uint8_t* ring;   // [warps][stages] slots
    uint8_t* x;      // [spans · 8][rows][h, l][32]
    uint8_t* means;  // [spans][rows][h, l][16]
    float* steps;    // [spans][rows], what 1 stands for
    float* sums;     // [units of a round][warps][rows][16]
    float* squares;  // [rows][all spans]
    int rows;
    __device__ Staged(uint8_t* base, int rows, int spans) : rows(rows) {
        ring = base;
        x = ring + WARPS * stages<F>() * slotBytes<F>();
        means = x + spans * rows * 512;
        steps = reinterpret_cast<float*>(means + spans * rows * 32);
        sums = steps + spans * rows;
        squares = sums + ROUND * WARPS * rows * UNIT;
    }
};

template <bool SIGNED>
__device__ __forceinline__ void multiply32(int (&d)[4], unsigned a0, unsigned a1, unsigned a2, unsigned a3, uint2 b) {
    if constexpr (SIGNED) {
        asm("mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%10, %10, %10, %10};"
            : "=r"(d[0]), "=r"(d[1]), "=r"(d[2]), "=r"(d[3])
            : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(b.x), "r"(b.y), "r"(0));
    } else {
        asm("mma.sync.aligned.m16n8k32.row.col.s32.u8.s8.s32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%10, %10, %10, %10};"
            : "=r"(d[0]), "=r"(d[1]), "=r"(d[2]), "=r"(d[3])
            : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(b.x), "r"(b.y), "r"(0));
    }
}
__device__ __forceinline__ void multiply16(int (&d)[4], unsigned a0, unsigned a1, unsigned b) {
    asm("mma.sync.aligned.m16n8k16.row.col.s32.u8.s8.s32 {%0, %1, %2, %3}, {%4, %5}, {%6}, {%7, %7, %7, %7};"
        : "=r"(d[0]), "=r"(d[1]), "=r"(d[2]), "=r"(d[3])
        : "r"(a0), "r"(a1), "r"(b), "r"(0));
}
__device__ __forceinline__ int byteAt(unsigned word, int i) { return permute(word, 0, 0x4440 | i); }

constexpr unsigned NIBBLES = 0x0f0f0f0fu;

// A lane's two rows, g and g + 8, of a span in a slot.
template <Format F>
struct WeightRows {
    const uint8_t* slot;
    int g, t;
    __device__ __forceinline__ uint4 quants(int group, int upper) const {
        return *reinterpret_cast<const uint4*>(slot + group * GROUP + (g + 8 * upper) * 64 + t * 16);
    }
    __device__ __forceinline__ uint4 record(int upper) const {
        return *reinterpret_cast<const uint4*>(slot + quantSlot<F>() + (g + 8 * upper) * META);
    }
};

// x of a span, as the instruction's operand. Columns beyond the last row's have that one's numbers, which nobody looks at.
struct Spans {
    const uint8_t* x;
    const uint8_t* means;
    const float* steps;
    int rows, g, t;
    __device__ __forceinline__ int column() const { return ::min(g, 2 * rows - 1); }
    __device__ __forceinline__ uint2 block(int b) const {
        return *reinterpret_cast<const uint2*>(x + b * rows * 64 + column() * 32 + t * 8);
    }
    // Eight means, and zeros.
    __device__ __forceinline__ unsigned mean() const { return t < 2 ? *reinterpret_cast<const unsigned*>(means + column() * 16 + t * 4) : 0; }
    __device__ __forceinline__ float step() const { return steps[::min(t, rows - 1)]; }
};

__device__ __forceinline__ float both(int high, int low) { return fmaf(static_cast<float>(high), 256, static_cast<float>(low)); }
// Scales, or minima, of four of the eight blocks of a Q4_K record, a byte each.
__device__ __forceinline__ unsigned q4kScales(const uint4& record, int half) {
    return half ? (record.w & NIBBLES) | (record.y >> 2 & 0x30303030u) : record.y & 0x3f3f3f3fu;
}
__device__ __forceinline__ unsigned q4kMinima(const uint4& record, int half) {
    return half ? (record.w >> 4 & NIBBLES) | (record.z >> 2 & 0x30303030u) : record.z & 0x3f3f3f3fu;
}

// sum += two weight rows' span times x; a lane has the sums of row t of x.
template <Format F>
__device__ __forceinline__ void accumulate(float (&sum)[2], const WeightRows<F>& rows, const Spans& x) {
    uint4 low = rows.record(0), high = rows.record(1);
    float step = x.step();
    if constexpr (F == Q4_K) {
        int dot[4] = {};
#pragma unroll
        for (int half = 0; half < 2; half++) {
            uint4 a = rows.quants(half, 0), c = rows.quants(half, 1);
            unsigned lowScales = q4kScales(low, half), highScales = q4kScales(high, half);
#pragma unroll
            for (int i = 0; i < 4; i++) {
                unsigned p = word(a, i), q = word(c, i);
                int lowScale = byteAt(lowScales, i), highScale = byteAt(highScales, i), d[4];
                multiply32<false>(d, p & NIBBLES, q & NIBBLES, p >> 4 & NIBBLES, q >> 4 & NIBBLES, x.block(half * 4 + i));
                dot[0] += lowScale * d[0], dot[1] += lowScale * d[1];
                dot[2] += highScale * d[2], dot[3] += highScale * d[3];
            }
        }
        float2 lowD = __half22float2(*reinterpret_cast<__half2*>(&low.x)), highD = __half22float2(*reinterpret_cast<__half2*>(&high.x));
        int d[4];
        multiply16(d, q4kMinima(low, rows.t % 2), q4kMinima(high, rows.t % 2), x.mean());
        sum[0] += step * (lowD.x * both(dot[0], dot[1]) - 32 * lowD.y * both(d[0], d[1]));
        sum[1] += step * (highD.x * both(dot[2], dot[3]) - 32 * highD.y * both(d[2], d[3]));
    } else {
        float part[2] = {};
#pragma unroll
        for (int b = 0; b < 8; b++) {
            uint4 a = rows.quants(b / 2, 0), c = rows.quants(b / 2, 1);
            int d[4];
            if (b % 2 == 0) multiply32<true>(d, a.x, c.x, a.y, c.y, x.block(b));
            else multiply32<true>(d, a.z, c.z, a.w, c.w, x.block(b));
            part[0] += halfOf(word(low, b / 2), b % 2) * static_cast<float>(d[0] * 256 + d[1]);
            part[1] += halfOf(word(high, b / 2), b % 2) * static_cast<float>(d[2] * 256 + d[3]);
        }
        sum[0] += step * part[0];
        sum[1] += step * part[1];
    }
}
