// widen_<format>: weights as bf16 for matrix products of many rows by cublasLt.
//
// y         bf16 [rows, stride(k)], padding zero
// grid      ⌈rows·pieces·4/256⌉ blocks of 256, for pieces of 128 columns: a thread makes the four times eight elements that it reads at once
// twin      dev.mens.compute.Elements.read, rounded to nearest even; weightAt
// measured  H100, k = 4,096, share of the memory limit: f16 87 %, q8_0 71 %, q4_0, q4_k and q6_k 93 %, nf4 25 %
#include "fragments.cuh"

// Eight neighbours of block b of 32, as a lane of a quad has them. Of Q6_K four, and the four that are 16 columns on.
template <Format F>
__device__ __forceinline__ void eight(const Columns<F>& columns, int b, float (&v)[8]) {
#pragma unroll
    for (int j = 0; j < 8; j++) {
        if constexpr (F == F16) {
            unsigned pair = word(columns.fragment(b), j / 2);
            float2 both = __bfloat1622float2(*reinterpret_cast<__nv_bfloat162*>(&pair));
            v[j] = j % 2 ? both.y : both.x;
        } else if constexpr (F == Q8_0) {
            unsigned four = word(columns.q[b / 2], b % 2 * 2 + j / 4);
            v[j] = halfAt(columns.d, b) * static_cast<int8_t>(four >> j % 4 * 8);
        } else if constexpr (F == NF4) {
            v[j] = __uint_as_float(b / 2 ? columns.d.y : columns.d.x) * NF4_LEVELS[word(columns.q, b) >> 4 * j & 15];
        } else {
            int low = word(columns.q, b) >> 4 * nibble(j) & 15;
            if constexpr (F == Q4_0) v[j] = halfAt(columns.d, b) * (low - 8);
            if constexpr (F == Q4_K) {
                auto group = q4kGroup(columns.record, columns.second * 4 + b);
                v[j] = group.scale * low - group.minimum;
            }
            if constexpr (F == Q6_K) {
                int high = (b / 2 ? columns.high.y : columns.high.x) >> (b % 2 * 8 + j / 2 * 2 + j % 2 * 16) & 3;
                unsigned scales = b / 2 ? columns.scales.y : columns.scales.x;
                float scale = __half2float(__ushort_as_half(columns.d)) * static_cast<int8_t>(scales >> (b % 2 * 16 + j / 4 * 8));
                v[j] = scale * ((low | high << 4) - 32);
            }
        }
    }
}

template <Format F>
__device__ void widen(const void* w, const void* meta, bf16* y, int rows, int k) {
    enter();
    int pieces = (stride(k) + 127) / 128;
    int index = blockIdx.x * blockDim.x + threadIdx.x;
    int t = index % 4, piece = index / 4 % pieces, row = index / 4 / pieces;
    if (row >= rows) return;
    Columns<F> columns;
    columns.load(static_cast<const uint8_t*>(w) + row * rowBytes<F>(k), static_cast<const uint8_t*>(meta) + row * metaBytes<F>(k), piece * 128, t, k);
    bf16* out = y + size_t(row) * stride(k) + piece * 128;
#pragma unroll
    for (int b = 0; b < 4; b++) {
        if (piece * 128 + b * 32 >= stride(k)) break;
        float v[8];
        eight<F>(columns, b, v);
        uint4 packed = make_uint4(pack(v[0], v[1]), pack(v[2], v[3]), pack(v[4], v[5]), pack(v[6], v[7]));
        if constexpr (F == Q6_K) {
            *reinterpret_cast<uint2*>(out + b * 32 + t * 4) = make_uint2(packed.x, packed.y);
            *reinterpret_cast<uint2*>(out + b * 32 + t * 4 + 16) = make_uint2(packed.z, packed.w);
        } else {
            *reinterpret_cast<uint4*>(out + b * 32 + t * 8) = packed;
        }
    }
}

#define DEFINE(F, name) \
    extern "C" __global__ void __launch_bounds__(256) widen_##name(const void* w, const void* meta, bf16* y, int rows, int k) { \
        widen<F>(w, meta, y, rows, k); \
    }
DEFINE(F16, f16)
FOR_EACH_QUANTIZED(DEFINE)
