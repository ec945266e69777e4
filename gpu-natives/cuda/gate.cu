// gate_<type>: y = act(gate) · up of a product [rows, 2·inner] (or act(up) of [rows, inner]), and bias_<type>: y += bias. For products that
// cublasLt makes; linear.cuh fuses both. gate_bf16_single reads f32.
//
// grid      gate: (⌈inner/2048⌉, rows), bias: (⌈n/256⌉, rows), blocks of 256
// twin      ScalarProgram.feedForward
// measured  H100, 2,048 rows of 4,096, share of the memory limit: gate 73 %, bias 28 %
#include "mens.cuh"

constexpr int EACH = 8;  // elements of a thread

template <typename S, typename T>
__device__ void gate(const S* both, T* y, int activation, int gated, int inner) {
    enter();
    int i = (blockIdx.x * blockDim.x + threadIdx.x) * EACH;
    if (i >= inner) return;
    const S* in = both + size_t(blockIdx.y) * stride(gated ? 2 * inner : inner) + i;
    T* out = y + size_t(blockIdx.y) * stride(inner) + i;
    if (inner % EACH == 0) {
        float v[EACH], up[EACH];
        read8(in, v);
        if (gated) read8(in + inner, up);
#pragma unroll
        for (int j = 0; j < EACH; j++) v[j] = activate(activation, v[j]) * (gated ? up[j] : 1);
        write8(out, v);
    } else {
        for (int j = 0; j < EACH && i + j < inner; j++) {
            put(out + j, activate(activation, toFloat(in[j])) * (gated ? toFloat(in[inner + j]) : 1));
        }
    }
}

template <typename T>
__device__ void addBias(T* y, const float* bias, int n) {
    enter();
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n) return;
    T* at = y + size_t(blockIdx.y) * stride(n) + i;
    put(at, toFloat(*at) + bias[i]);
}

#define DEFINE(T, name) \
    extern "C" __global__ void gate_##name(const T* both, T* y, int activation, int gated, int rows, int inner) { \
        gate(both, y, activation, gated, inner); \
    } \
    extern "C" __global__ void bias_##name(T* y, const float* bias, int rows, int n) { addBias(y, bias, n); }
DEFINE(float, f32)
DEFINE(bf16, bf16)
extern "C" __global__ void gate_bf16_single(const float* both, bf16* y, int activation, int gated, int rows, int inner) {
    gate(both, y, activation, gated, inner);
}
