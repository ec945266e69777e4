// norm_<type>: y[r] = norm(x[gather[r]]), and join: x[r] = sum(x[r] + scale · after(y[r])).
//
// kind 0    identity
// kind 1    RMS: (offset + gain) · x / √(mean(x²) + ε)            Zhang and Sennrich 2019
// kind 2    Layer: gain · (x − mean) / √(var + ε) + bias          Ba et al. 2016
// x         f32 [rows, stride(width)]; y the same, of the suffix type in `norm`, f32 in `join`; sums in f32
// grid      a block of 256 for each row
// twin      ScalarMath.norm, ScalarProgram.join
// measured  H100, 2,048 rows of 4,096, share of the memory limit: RMS 70 %, Layer 48 %, join 71 %
#include "mens.cuh"

struct Norm {
    const float* gain;
    const float* bias;
    float offset, epsilon;
    int kind;
};

// What a row is multiplied by and shifted by before the gain.
struct Moments {
    float mean, scale;
};

template <typename Read>
__device__ Moments moments(const Norm& norm, int width, float* scratch, Read read) {
    if (norm.kind == 0) return {0, 1};
    float mean = 0;
    if (norm.kind == 2) {
        float sum = 0;
        for (int i = threadIdx.x; i < width; i += blockDim.x) sum += read(i);
        mean = blockSum(sum, scratch) / width;
    }
    float squares = 0;
    for (int i = threadIdx.x; i < width; i += blockDim.x) {
        float d = read(i) - mean;
        squares += d * d;
    }
    return {mean, 1 / sqrtf(blockSum(squares, scratch) / width + norm.epsilon)};
}

__device__ __forceinline__ float normalized(const Norm& norm, Moments m, float x, float gain, float bias) {
    switch (norm.kind) {
        case 1: return (norm.offset + gain) * (x * m.scale);
        case 2: return gain * ((x - m.mean) * m.scale) + bias;
        default: return x;
    }
}
__device__ __forceinline__ float normalized(const Norm& norm, Moments m, float x, int i) {
    return normalized(norm, m, x, norm.kind != 0 ? norm.gain[i] : 0, norm.kind == 2 && norm.bias ? norm.bias[i] : 0);
}

// Rows that fit are read once, into registers: BLOCK threads with eight elements each, up to OWN times.
constexpr int BLOCK = 256;
constexpr int OWN = 4;

template <typename T>
__device__ void normAtOnce(const float* in, T* out, const Norm& norm, int width, float* scratch) {
    float v[OWN][8], sum = 0;
#pragma unroll
    for (int o = 0; o < OWN; o++) {
        int i = (o * BLOCK + threadIdx.x) * 8;
        if (i >= width) break;
        read8(in + i, v[o]);
#pragma unroll
        for (int j = 0; j < 8; j++) sum += norm.kind == 2 ? v[o][j] : v[o][j] * v[o][j];
    }
    Moments m{0, 1};
    if (norm.kind != 0) sum = blockSum(sum, scratch);
    if (norm.kind == 2) {
        m.mean = sum / width;
        sum = 0;
#pragma unroll
        for (int o = 0; o < OWN; o++) {
            if ((o * BLOCK + threadIdx.x) * 8 >= width) break;
#pragma unroll
            for (int j = 0; j < 8; j++) sum += (v[o][j] - m.mean) * (v[o][j] - m.mean);
        }
        sum = blockSum(sum, scratch);
    }
    if (norm.kind != 0) m.scale = 1 / sqrtf(sum / width + norm.epsilon);
#pragma unroll
    for (int o = 0; o < OWN; o++) {
        int i = (o * BLOCK + threadIdx.x) * 8;
        if (i >= width) break;
        float gain[8] = {}, bias[8] = {}, y[8];
        if (norm.kind != 0) read8(norm.gain + i, gain);
        if (norm.kind == 2 && norm.bias) read8(norm.bias + i, bias);
#pragma unroll
        for (int j = 0; j < 8; j++) y[j] = normalized(norm, m, v[o][j], gain[j], bias[j]);
        write8(out + i, y);
    }
}

template <typename T>
__device__ void normRows(const float* x, const int* gather, T* y, Norm norm, int width) {
    __shared__ float scratch[32];
    enter();
    int from = gather ? gather[blockIdx.x] : blockIdx.x;
    const float* in = x + size_t(from) * stride(width);
    T* out = y + size_t(blockIdx.x) * stride(width);
    if (width % 8 == 0 && width <= OWN * BLOCK * 8) {
        normAtOnce(in, out, norm, width, scratch);
        return;
    }
    auto m = moments(norm, width, scratch, [&](int i) { return in[i]; });
    for (int i = threadIdx.x; i < width; i += blockDim.x) put(out + i, normalized(norm, m, in[i], i));
}

#define DEFINE(T, name) \
    extern "C" __global__ void norm_##name(const float* x, const int* gather, T* y, const float* gain, const float* bias, float offset, \
            float epsilon, int kind, int rows, int width) { \
        normRows(x, gather, y, Norm{gain, bias, offset, epsilon, kind}, width); \
    }
DEFINE(float, f32)
DEFINE(bf16, bf16)

extern "C" __global__ void join(float* x, const float* y, float scale, const float* afterGain, const float* afterBias, float afterOffset,
        float afterEpsilon, int afterKind, const float* sumGain, const float* sumBias, float sumOffset, float sumEpsilon, int sumKind, int rows,
        int width) {
    __shared__ float scratch[32];
    enter();
    Norm after{afterGain, afterBias, afterOffset, afterEpsilon, afterKind};
    Norm sum{sumGain, sumBias, sumOffset, sumEpsilon, sumKind};
    float* out = x + size_t(blockIdx.x) * stride(width);
    const float* in = y + size_t(blockIdx.x) * stride(width);
    auto m = moments(after, width, scratch, [&](int i) { return in[i]; });
    // A thread reads back only what it wrote itself.
    for (int i = threadIdx.x; i < width; i += blockDim.x) out[i] += scale * normalized(after, m, in[i], i);
    if (sumKind == 0) return;
    m = moments(sum, width, scratch, [&](int i) { return out[i]; });
    for (int i = threadIdx.x; i < width; i += blockDim.x) out[i] = normalized(sum, m, out[i], i);
}
