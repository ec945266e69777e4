// How a lane of a tensor-core tile reads weights: rows g and g + 8 of sixteen, as bf16 fragments of mma.m16n8k16.
//
// The sum over columns may run in any order, as long as both operands agree: lane t of a quad takes elements 8t..8t+7 of each 32 (Q6_K: 4t..4t+3 of
// each 16), one 16-byte load of a plain row, instead of the pairs that the instruction numbers. The activations in shared memory follow.
#pragma once
#include "weights.cuh"

// Copies that run by themselves into shared memory: `valid` bytes, then zeros.
template <int BYTES>
__device__ __forceinline__ void copyAsync(void* shared, const void* global, int valid = BYTES) {
    unsigned at = static_cast<unsigned>(__cvta_generic_to_shared(shared));
    if constexpr (BYTES == 16) {
        asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(at), "l"(global), "r"(valid) : "memory");
    } else {
        asm volatile("cp.async.ca.shared.global [%0], [%1], %2, %3;" ::"r"(at), "l"(global), "n"(BYTES), "r"(valid) : "memory");
    }
}
__device__ __forceinline__ void commitCopies() { asm volatile("cp.async.commit_group;" ::: "memory"); }
template <int PENDING>
__device__ __forceinline__ void awaitCopies() {
    asm volatile("cp.async.wait_group %0;" ::"n"(PENDING) : "memory");
}

__device__ __forceinline__ void mma(float (&c)[4], unsigned a0, unsigned a1, unsigned a2, unsigned a3, unsigned b0, unsigned b1) {
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
        : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(b0), "r"(b1));
}

__device__ __forceinline__ unsigned pack(float low, float high) {
    __nv_bfloat162 pair = __floats2bfloat162_rn(low, high);
    return *reinterpret_cast<unsigned*>(&pair);
}

// Four signed bytes as bf16, exactly: 2^23 + (q + 128) as f32 has the byte as its low bits.
__device__ __forceinline__ uint2 bytesToBf16(unsigned word) {
    word ^= 0x80808080u;
    float f[4];
#pragma unroll
    for (int i = 0; i < 4; i++) f[i] = __uint_as_float(__byte_perm(word, 0x4B000000u, 0x7440 | i)) - 8388736.0f;
    return make_uint2(pack(f[0], f[1]), pack(f[2], f[3]));
}

// (128 + v) in bf16 has v of 0..127 as its low bits.
__device__ __forceinline__ unsigned minus(unsigned biased, unsigned bias) {
    __nv_bfloat162 v = __hsub2(*reinterpret_cast<__nv_bfloat162*>(&biased), *reinterpret_cast<__nv_bfloat162*>(&bias));
    return *reinterpret_cast<unsigned*>(&v);
}
constexpr unsigned BIASED = 0x43004300u;   // 128 twice
constexpr unsigned BIAS_32 = 0x43204320u;  // 160 twice

// Eight nibbles, each 128 too large: the products' offset takes that back.
__device__ __forceinline__ uint4 nibblesToBf16(unsigned word) {
    return make_uint4((word & 0x000f000fu) | BIASED, (word >> 4 & 0x000f000fu) | BIASED, (word >> 8 & 0x000f000fu) | BIASED,
        (word >> 12 & 0x000f000fu) | BIASED);
}

__device__ __forceinline__ unsigned word(const uint4& v, int i) { return i == 0 ? v.x : i == 1 ? v.y : i == 2 ? v.z : v.w; }

// The lower or upper half of a word.
__device__ __forceinline__ float halfOf(unsigned pair, int upper) {
    return __half2float(__ushort_as_half(static_cast<unsigned short>(upper ? pair >> 16 : pair)));
}
__device__ __forceinline__ float halfAt(uint2 halves, int i) { return halfOf(i < 2 ? halves.x : halves.y, i % 2); }

__device__ __forceinline__ uint4 load16(const void* at) {
    uint4 v;
    asm volatile("ld.global.nc.L1::no_allocate.L2::256B.v4.u32 {%0, %1, %2, %3}, [%4];" : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w) : "l"(at));
    return v;
}
__device__ __forceinline__ uint4 load16Shared(const void* at) {
    uint4 v;
    asm volatile("ld.global.nc.v4.u32 {%0, %1, %2, %3}, [%4];" : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w) : "l"(at));
    return v;
}
__device__ __forceinline__ uint2 load8(const void* at) {
    uint2 v;
    asm volatile("ld.global.nc.v2.u32 {%0, %1}, [%2];" : "=r"(v.x), "=r"(v.y) : "l"(at));
    return v;
}
__device__ __forceinline__ uint16_t load2(const void* at) {
    uint16_t v;
    asm volatile("ld.global.nc.u16 %0, [%1];" : "=h"(v) : "l"(at));
    return v;
}

// 128 columns of a row, one lane's share of a quad's: loaded early, used later. `fragment` is block b of 32 as an operand.
template <Format F>
struct Columns;

struct HalfColumns {
    static constexpr bool scaled = false;
    uint4 q[4];
    __device__ __forceinline__ void load(const uint8_t* row, const uint8_t*, int k, int t, int columns) {
#pragma unroll
        for (int b = 0; b < 4; b++) q[b] = k + 32 * b < stride(columns) ? load16(row + (k + 32 * b) * 2 + t * 16) : make_uint4(0, 0, 0, 0);
    }
};

template <>
struct Columns<BF16> : HalfColumns {
    __device__ __forceinline__ uint4 fragment(int b) const { return q[b]; }
};

template <>
struct Columns<F16> : HalfColumns {
    static __device__ __forceinline__ unsigned convert(unsigned pair) {
        float2 f = __half22float2(*reinterpret_cast<__half2*>(&pair));
        return pack(f.x, f.y);
    }
    __device__ __forceinline__ uint4 fragment(int b) const {
        return make_uint4(convert(q[b].x), convert(q[b].y), convert(q[b].z), convert(q[b].w));
    }
};

template <>
struct Columns<Q8_0> {
    static constexpr bool scaled = true;
    uint4 q[2];
    uint2 d;
    __device__ __forceinline__ void load(const uint8_t* row, const uint8_t* meta, int k, int t, int) {
#pragma unroll
        for (int i = 0; i < 2; i++) q[i] = load16(row + k + 64 * i + t * 16);
        d = load8(meta + k / 16);
    }
    __device__ __forceinline__ uint4 fragment(int b) const {
        uint4 v = q[b / 2];
        uint2 low = bytesToBf16(b % 2 ? v.z : v.x), high = bytesToBf16(b % 2 ? v.w : v.y);
        return make_uint4(low.x, low.y, high.x, high.y);
    }
};

// Sixteen bytes of nibbles and eight of scales.
struct NibbleColumns {
    static constexpr bool scaled = true;
    uint4 q;
    uint2 d;
    __device__ __forceinline__ void load(const uint8_t* row, const uint8_t* meta, int k, int t, int) {
        q = load16(row + k / 2 + t * 16);
        d = load8(meta + k / 16);
    }
};

template <>
struct Columns<Q4_0> : NibbleColumns {
    __device__ __forceinline__ uint4 fragment(int b) const { return nibblesToBf16(word(q, b)); }
};

__device__ __forceinline__ unsigned permute(unsigned a, unsigned b, unsigned selector) {
    unsigned v;
    asm("prmt.b32 %0, %1, %2, %3;" : "=r"(v) : "r"(a), "r"(b), "r"(selector));
    return v;
}

template <>
struct Columns<NF4> : NibbleColumns {
    // Four levels' upper or lower bytes in bf16, from tables of sixteen: from either half of the table, and of those two by each nibble's highest bit.
    static __device__ __forceinline__ unsigned lookUp(unsigned a, unsigned b, unsigned c, unsigned d, unsigned within, unsigned half) {
        return permute(permute(a, b, within), permute(c, d, within), half);
    }
    static __device__ __forceinline__ uint2 levels(unsigned nibbles) {
        unsigned within = nibbles & 0x7777, half = (nibbles >> 1 & 0x4444) | 0x3210;
        unsigned upper = lookUp(0xbebfbfbf, 0x00bdbebe, 0x3e3e3e3d, 0x3f3f3f3e, within, half);
        unsigned lower = lookUp(0xca063280, 0x00ba3d92, 0xad7c25a3, 0x803910e2, within, half);
        return make_uint2(permute(lower, upper, 0x5140), permute(lower, upper, 0x7362));
    }
    __device__ __forceinline__ uint4 fragment(int b) const {
        uint2 low = levels(word(q, b)), high = levels(word(q, b) >> 16);
        return make_uint4(low.x, low.y, high.x, high.y);
    }
};

template <>
struct Columns<Q4_K> {
    static constexpr bool scaled = true;
    uint4 q, record;
    bool second;  // which 128 of the record's 256
    __device__ __forceinline__ void load(const uint8_t* row, const uint8_t* meta, int k, int t, int) {
        q = load16(row + k / 2 + t * 16);
        record = load16Shared(meta + k / 256 * 16);
        second = k / 128 % 2;
    }
    __device__ __forceinline__ uint4 fragment(int b) const { return nibblesToBf16(word(q, b)); }
};

template <>
struct Columns<Q6_K> {
    static constexpr bool scaled = true;
    uint4 q;
    uint2 high, scales;
    uint16_t d;
    __device__ __forceinline__ void load(const uint8_t* row, const uint8_t* meta, int k, int t, int columns) {
        q = load16(row + k / 2 + t * 16);
        high = load8(row + padded(columns) / 2 + k / 4 + t * 8);
        const uint8_t* record = meta + k / 256 * 32;
        d = load2(record);
        scales = load8(record + 16 + k % 256 / 16);
    }
    __device__ __forceinline__ uint4 fragment(int b) const {
        unsigned low = word(q, b), pairs = (b / 2 ? high.y : high.x) >> b % 2 * 8;
        return make_uint4(element(low, pairs), element(low >> 4, pairs >> 2), element(low >> 8, pairs >> 4), element(low >> 12, pairs >> 6));
    }
    static __device__ __forceinline__ unsigned element(unsigned low, unsigned pairs) {
        return minus((low & 0x000f000fu) | (pairs & 0x00030003u) << 4 | BIASED, BIAS_32);
    }
};

// A row's factors of its blocks of 32, Q6_K two for each, and what a block's sum of x is multiplied by and taken away: b is a constant wherever called.
template <Format F>
struct Scales {
    __device__ __forceinline__ Scales(const Columns<F>&, int) {}
};

template <>
struct Scales<Q8_0> {
    uint2 d;
    __device__ __forceinline__ Scales(const Columns<Q8_0>& columns, int) : d(columns.d) {}
    __device__ __forceinline__ float scale(int b, int) const { return halfAt(d, b); }
};

template <>
struct Scales<Q4_0> {
    uint2 d;
    __device__ __forceinline__ Scales(const Columns<Q4_0>& columns, int) : d(columns.d) {}
    __device__ __forceinline__ float scale(int b, int) const { return halfAt(d, b); }
    __device__ __forceinline__ float offset(int b) const { return (128 + 8) * halfAt(d, b); }
};

template <>
struct Scales<NF4> {
    uint2 absmax;
    __device__ __forceinline__ Scales(const Columns<NF4>& columns, int) : absmax(columns.d) {}
    __device__ __forceinline__ float scale(int b, int) const { return __uint_as_float(b / 2 ? absmax.y : absmax.x); }
};

// Each lane of a quad unpacks one block's and gives it to the others.
template <>
struct Scales<Q4_K> {
    float own, ownOffset;
    __device__ __forceinline__ Scales(const Columns<Q4_K>& columns, int t) {
        // Groups 0..3 have their six bits in one byte; 4..7 borrow the top two bits of those bytes.
        uint4 record = columns.record;
        unsigned scale = columns.second ? (record.w >> 8 * t & 15) | (record.y >> (8 * t + 6) & 3) << 4 : record.y >> 8 * t & 63;
        unsigned minimum = columns.second ? (record.w >> (8 * t + 4) & 15) | (record.z >> (8 * t + 6) & 3) << 4 : record.z >> 8 * t & 63;
        float2 d = __half22float2(*reinterpret_cast<const __half2*>(&record.x));
        own = d.x * scale;
        ownOffset = d.y * minimum + 128 * own;
    }
    __device__ __forceinline__ float scale(int b, int) const { return __shfl_sync(~0u, own, b, 4); }
    __device__ __forceinline__ float offset(int b) const { return __shfl_sync(~0u, ownOffset, b, 4); }
};

// Here a lane unpacks both halves' of its block.
template <>
struct Scales<Q6_K> {
    float own[2];
    __device__ __forceinline__ Scales(const Columns<Q6_K>& columns, int t) {
        unsigned bytes = (t / 2 ? columns.scales.y : columns.scales.x) >> t % 2 * 16;
        float d = __half2float(__ushort_as_half(columns.d));
        own[0] = d * static_cast<int8_t>(bytes);
        own[1] = d * static_cast<int8_t>(bytes >> 8);
    }
    __device__ __forceinline__ float scale(int b, int half) const { return __shfl_sync(~0u, own[half], b, 4); }
};
