// plain_<format>: y = epilogue(W · x + bias) in f32 arithmetic, for any number of rows: the parity path, and the check of linear.cu.
//
// W         [n, k] of the format; experts: n rows each, stacked
// x         f32 [rows, stride(k)], row r is gather[r] if given
// y         as epilogue.cuh; GATED: n = 2·inner, y[r][i] = act(gate_i) · up_i, f32
// grid      (⌈outputs/8⌉, ⌈rows/8⌉, groups or 1), blocks of 256: a warp makes one output of eight rows
// twin      ScalarMath.linear
#include "epilogue.cuh"
#include "weights.cuh"

constexpr int ROWS = 8;

template <Format F>
__device__ void accumulate(float (&sum)[ROWS], const void* w, const void* meta, size_t row, int k, const float* const (&x)[ROWS]) {
    for (int i = threadIdx.x % 32; i < k; i += 32) {
        float v = weightAt<F>(w, meta, row, k, i);
#pragma unroll
        for (int r = 0; r < ROWS; r++) sum[r] += v * x[r][i];
    }
#pragma unroll
    for (int r = 0; r < ROWS; r++) sum[r] = warpSum(sum[r]);
}

template <Format F>
__device__ void plain(const void* w, const void* meta, const float* bias, const float* x, const int* gather, const int4* groups, Epilogue e,
        int rows, int n, int k) {
    enter();
    int first = blockIdx.y * ROWS;
    size_t base = 0;
    if (groups) {
        int4 group = groups[blockIdx.z];
        base = size_t(group.x) * n;
        first = group.y;
        rows = first + group.z;
    }
    int outputs = e.mode == GATED ? n / 2 : n;
    int column = blockIdx.x * 8 + threadIdx.x / 32;
    if (column >= outputs || first >= rows) return;
    const float* in[ROWS];
    for (int r = 0; r < ROWS; r++) {
        int row = min(first + r, rows - 1);
        in[r] = x + size_t(gather ? gather[row] : row) * stride(k);
    }
    float sum[ROWS] = {}, up[ROWS] = {};
    accumulate<F>(sum, w, meta, base + column, k, in);
    if (e.mode == GATED) accumulate<F>(up, w, meta, base + outputs + column, k, in);
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
        if (threadIdx.x % 32 != r || first + r >= rows) continue;
        float v = sum[r] + (bias ? bias[column] : 0);
        if (e.mode == GATED) {
            float u = up[r] + (bias ? bias[outputs + column] : 0);
            static_cast<float*>(e.y)[size_t(first + r) * e.yStride + column] = activate(e.activation, v) * u;
        } else {
            finish(e, first + r, column, v);
        }
    }
}

#define DEFINE(F, name) \
    extern "C" __global__ void __launch_bounds__(256) plain_##name(const void* w, const void* meta, const float* bias, const void* x, int xKind, \
            const float* gain, float offset, float epsilon, const int* gather, const int4* groups, void* y, int yStride, int mode, \
            int activation, float scale, float softCap, int rows, int n, int k, unsigned long long* best, float* partial, unsigned* arrived, \
            int splits) { \
        plain<F>(w, meta, bias, static_cast<const float*>(x), gather, groups, Epilogue{y, yStride, mode, activation, scale, softCap, best}, \
                rows, n, k); \
    }
FOR_EACH_FORMAT(DEFINE)
