// Rows that products hand on word by word, in a step of decoding one sequence: who reads one waits for its words and not for the end of the kernel that
// writes them. Until then all bits of a word are set, as no result's are. Its writers run by then, since no block of a kernel begins before all of the
// kernel before have; so waiting ends.
//
// Before a row is written again its bits are set again, by the first product of each layer: that it has all of its input vouches that everybody has read what
// was handed on before. Attention waits for the end of that product before it writes or lets the next kernel begin, so nobody finds words of the layer before.
// A product that waited for words waits for the kernel before at last, so that the end of one is the end of all before.
#pragma once
#include "mens.cuh"

constexpr int MOST_SPINS = 1 << 22;  // seconds

__device__ __forceinline__ uint4 loadFresh(const void* at) {
    uint4 v;
    asm volatile("ld.relaxed.gpu.global.v4.u32 {%0, %1, %2, %3}, [%4];" : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w) : "l"(at) : "memory");
    return v;
}
__device__ __forceinline__ bool anyUnset(const uint4& v) { return v.x == ~0u || v.y == ~0u || v.z == ~0u || v.w == ~0u; }

__device__ __forceinline__ float awaitFresh(const float* at) {
    unsigned v = ~0u;
    for (int spins = 0; v == ~0u; spins++) {
        if (spins == MOST_SPINS) __trap();
        asm volatile("ld.relaxed.gpu.global.u32 %0, [%1];" : "=r"(v) : "l"(at) : "memory");
    }
    return __uint_as_float(v);
}
