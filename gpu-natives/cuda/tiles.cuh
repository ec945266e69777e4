// Tensor-core tiles of attention: loads through shared memory, products, and the running softmax of a tile's rows.
#pragma once
#include "fragments.cuh"

__device__ __forceinline__ uint4 loadMatrix(const void* shared) {
    unsigned at = static_cast<unsigned>(__cvta_generic_to_shared(shared));
    uint4 v;
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];" : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w) : "r"(at) : "memory");
    return v;
}
__device__ __forceinline__ uint4 loadMatrixTransposed(const void* shared) {
    unsigned at = static_cast<unsigned>(__cvta_generic_to_shared(shared));
    uint4 v;
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
        : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w) : "r"(at) : "memory");
    return v;
}

// 2^v to two units in the last place, by the special-function unit.
__device__ __forceinline__ float exp2Fast(float v) {
    float y;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(v));
    return y;
}

constexpr float LOG2_E = 1.4426950408889634f;

// TILES·16 query rows of one warp: of each tile a lane holds rows g and g + 8.
template <int D, int TILES>
struct Attention {
    static constexpr int PITCH = D + 8;  // elements between rows in shared memory: against bank conflicts
    float mixed[TILES][D / 8][4] = {};
    float max[TILES][2];  // of the scores as they come
    float sum[TILES][2] = {};

    __device__ __forceinline__ Attention() {
#pragma unroll
        for (int m = 0; m < TILES; m++) max[m][0] = max[m][1] = -INFINITY;
    }

    // scores[m][j] of keys 8j + 2t, 8j + 2t + 1 += q · k, for KEYS keys.
    template <int KEYS>
    static __device__ __forceinline__ void score(float (&scores)[TILES][KEYS / 8][4], const bf16* q, const bf16* k) {
        int lane = threadIdx.x % 32;
#pragma unroll
        for (int d = 0; d < D; d += 16) {
            uint4 a[TILES];
#pragma unroll
            for (int m = 0; m < TILES; m++) a[m] = loadMatrix(q + (m * 16 + lane % 16) * PITCH + d + lane / 16 * 8);
#pragma unroll
            for (int j = 0; j < KEYS; j += 16) {
                uint4 b = loadMatrix(k + (j + lane / 16 * 8 + lane % 8) * PITCH + d + lane / 8 % 2 * 8);
#pragma unroll
                for (int m = 0; m < TILES; m++) {
                    mma(scores[m][j / 8], a[m].x, a[m].y, a[m].z, a[m].w, b.x, b.y);
                    mma(scores[m][j / 8 + 1], a[m].x, a[m].y, a[m].z, a[m].w, b.z, b.w);
                }
            }
        }
    }

    // Takes in KEYS keys: scores are masked with −∞, and `unit` of them is log 2.
    template <int KEYS>
    __device__ __forceinline__ void mix(float (&scores)[TILES][KEYS / 8][4], const bf16* v, float unit) {
        int lane = threadIdx.x % 32;
#pragma unroll
        for (int m = 0; m < TILES; m++) {
#pragma unroll
            for (int half = 0; half < 2; half++) soften<KEYS>(scores[m], m, half, unit);
        }
#pragma unroll
        for (int j = 0; j < KEYS; j += 16) {
            // The scores' layout is that of the next product's first operand.
            unsigned a[TILES][4];
#pragma unroll
            for (int m = 0; m < TILES; m++) {
#pragma unroll
                for (int i = 0; i < 4; i++) a[m][i] = pack(scores[m][j / 8 + i / 2][i % 2 * 2], scores[m][j / 8 + i / 2][i % 2 * 2 + 1]);
            }
#pragma unroll
            for (int d = 0; d < D; d += 16) {
                uint4 b = loadMatrixTransposed(v + (j + lane % 16) * PITCH + d + lane / 16 * 8);
#pragma unroll
                for (int m = 0; m < TILES; m++) {
                    mma(mixed[m][d / 8], a[m][0], a[m][1], a[m][2], a[m][3], b.x, b.y);
                    mma(mixed[m][d / 8 + 1], a[m][0], a[m][1], a[m][2], a[m][3], b.z, b.w);
                }
            }
        }
    }

    // Scores of one row into weights, relative to the largest so far.
    template <int KEYS>
    __device__ __forceinline__ void soften(float (&scores)[KEYS / 8][4], int m, int half, float unit) {
        float next = max[m][half];
#pragma unroll
        for (int j = 0; j < KEYS / 8; j++) next = fmaxf(next, fmaxf(scores[j][2 * half], scores[j][2 * half + 1]));
        next = fmaxf(next, __shfl_xor_sync(~0u, next, 1));
        next = fmaxf(next, __shfl_xor_sync(~0u, next, 2));
        float base = next == -INFINITY ? 0 : next * unit;
        float keep = exp2Fast(max[m][half] * unit - base);
        max[m][half] = next;
        sum[m][half] *= keep;
#pragma unroll
        for (int j = 0; j < KEYS / 8; j++) {
#pragma unroll
            for (int i = 2 * half; i < 2 * half + 2; i++) {
                scores[j][i] = exp2Fast(scores[j][i] * unit - base);
                sum[m][half] += scores[j][i];
            }
        }
#pragma unroll
        for (int d = 0; d < D / 8; d++) {
            mixed[m][d][2 * half] *= keep;
            mixed[m][d][2 * half + 1] *= keep;
        }
    }

    // Adds up what the four lanes of a row hold.
    __device__ __forceinline__ void finishSums() {
#pragma unroll
        for (int m = 0; m < TILES; m++) {
#pragma unroll
            for (int half = 0; half < 2; half++) {
                sum[m][half] += __shfl_xor_sync(~0u, sum[m][half], 1);
                sum[m][half] += __shfl_xor_sync(~0u, sum[m][half], 2);
            }
        }
    }
};
