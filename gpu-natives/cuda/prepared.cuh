// An RMS norm between two products without a kernel of its own. The product that adds to the residual stream also writes what enters the next,
// bf16(x · (offset + gain)), and sums of squares of x; the next product divides its finished sums by the root of their mean.
#pragma once
#include "mens.cuh"

constexpr int ROOT_ROWS = 16;       // sums of squares are [part][ROOT_ROWS],
constexpr int TILE_ROOT_ROWS = 64;  // or [part][TILE_ROOT_ROWS] where tiles of so many rows are multiplied

// What a product's finished sums are multiplied by: 1 / √(mean(x²) + ε) of each row of x.
struct Roots {
    const float* squares;  // 0: by nothing
    int parts;
    float epsilon;
};

// For the product after this one, of every row.
struct Next {
    bf16* x;  // [rows, yStride]; 0: nothing is wanted
    const float* gain;
    float* squares;
    float offset;
};

// Of row `row` of a tile, by THREADS neighbouring lanes together.
template <int THREADS>
__device__ __forceinline__ float tileRoot(const Roots& roots, int row, int k) {
    if (!roots.squares) return 1;
    float sum = 0;
#pragma unroll 8
    for (int part = threadIdx.x % THREADS; part < roots.parts; part += THREADS) sum += __ldcg(roots.squares + part * TILE_ROOT_ROWS + row);
    for (int lanes = THREADS / 2; lanes > 0; lanes /= 2) sum += __shfl_xor_sync(~0u, sum, lanes);
    return 1 / sqrtf(sum / k + roots.epsilon);
}
