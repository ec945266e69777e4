// What becomes of a product: the same choices for every matrix kernel.
#pragma once
#include "mens.cuh"

enum Mode { STORE_F32, STORE_BF16, ADD, GATED, LOGITS };

struct Epilogue {
    void* y;
    int yStride;
    int mode;
    int activation;
    float scale, softCap;
    unsigned long long* best;
};

// best[r] = the largest of ordered(logit) << 32 | ~column, so that of equal logits the first column wins; all ones if one is not finite.
__device__ __forceinline__ unsigned long long candidate(float logit, int column) {
    if (!(fabsf(logit) <= 3.402823466e38f)) return ~0ull;
    return static_cast<unsigned long long>(ordered(logit)) << 32 | (0xffffffffu - column);
}

// Everything but GATED: v is the product with its bias.
__device__ __forceinline__ void finish(const Epilogue& e, int row, int column, float v) {
    size_t at = size_t(row) * e.yStride + column;
    switch (e.mode) {
        case STORE_F32: static_cast<float*>(e.y)[at] = activate(e.activation, v); break;
        case STORE_BF16: put(static_cast<bf16*>(e.y) + at, activate(e.activation, v)); break;
        case ADD: atomicAdd(static_cast<float*>(e.y) + at, e.scale * v); break;  // without waiting for the old value; one thread an element
        default: {
            float logit = softCapped(e.scale * v, e.softCap);
            static_cast<float*>(e.y)[at] = logit;
            if (e.best) atomicMax(e.best + row, candidate(logit, column));
        }
    }
}

__device__ __forceinline__ float silu(float x) {
    float power, share;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(power) : "f"(x * -1.4426950408889634f));
    asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(share) : "f"(1 + power));
    return x * share;
}
__device__ __noinline__ float activateAny(int activation, float x) { return activate(activation, x); }

// use(f) with the activation as a function: one choice for many elements, since a branch for each costs more than what it chooses.
template <typename Use>
__device__ __forceinline__ void withActivation(int activation, Use use) {
    if (activation == NONE) use([](float x) { return x; });
    else if (activation == SILU) use([](float x) { return silu(x); });
    else use([=](float x) { return activateAny(activation, x); });
}
