// attend_<type>: softmax(cap(scale · q·k)) · v of one query head and row, for any head size up to 256: the parity path, encoders' path, and
// the check of attend_decode.cu and attend_prefill.cu.
//
// keys      those at (position − window, end) of the row's sequence; all below end if window is 0
// y         [rows, stride(heads·headSize)]
// grid      (heads, rows), blocks of 128: a warp takes every fourth key, with running maximum and sum      Milakov and Gimelshein 2018
// twin      ScalarProgram.head
#include "mens.cuh"

constexpr int WARPS = 4;
constexpr int SLOTS = 8;  // dimensions a lane holds: 256 / 32

template <typename T>
__device__ void attend(const T* qkv, const Row* rows, const int* pages, int maxPages, const T* kPool, const T* vPool, T* y, float scale,
        float softCap, int window, int heads, int keyHeads, int size) {
    __shared__ float maxima[WARPS], sums[WARPS], mixed[WARPS][256];
    enter();
    Row row = rows[blockIdx.y];
    int head = blockIdx.x, keyHead = head * keyHeads / heads;
    int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
    const T* q = qkv + size_t(blockIdx.y) * stride((heads + 2 * keyHeads) * size) + head * size;
    float query[SLOTS], sum[SLOTS] = {};
#pragma unroll
    for (int s = 0; s < SLOTS; s++) query[s] = s * 32 + lane < size ? toFloat(q[s * 32 + lane]) * scale : 0;
    float max = -INFINITY, total = 0;
    int from = window > 0 ? ::max(0, row.position + 1 - window) : 0;
    for (int p = from + warp; p < row.end; p += WARPS) {
        size_t page = pages[row.sequence * maxPages + p / PAGE];
        size_t at = ((page * keyHeads + keyHead) * PAGE + p % PAGE) * size;
        float score = 0;
#pragma unroll
        for (int s = 0; s < SLOTS; s++) {
            if (s * 32 + lane < size) score += query[s] * toFloat(kPool[at + s * 32 + lane]);
        }
        score = softCapped(warpSum(score), softCap);
        float next = fmaxf(max, score);
        float keep = expf(max - next), weight = expf(score - next);
        max = next;
        total = total * keep + weight;
#pragma unroll
        for (int s = 0; s < SLOTS; s++) {
            if (s * 32 + lane < size) sum[s] = sum[s] * keep + weight * toFloat(vPool[at + s * 32 + lane]);
        }
    }
    if (lane == 0) {
        maxima[warp] = max;
        sums[warp] = total;
    }
#pragma unroll
    for (int s = 0; s < SLOTS; s++) mixed[warp][s * 32 + lane] = sum[s];
    __syncthreads();
    float most = maxima[0];
    for (int w = 1; w < WARPS; w++) most = fmaxf(most, maxima[w]);
    total = 0;
    for (int w = 0; w < WARPS; w++) total += sums[w] * expf(maxima[w] - most);
    T* out = y + size_t(blockIdx.y) * stride(heads * size) + head * size;
    for (int i = threadIdx.x; i < size; i += blockDim.x) {
        float v = 0;
        for (int w = 0; w < WARPS; w++) v += mixed[w][i] * expf(maxima[w] - most);
        put(out + i, v / total);
    }
}

#define DEFINE(T, name) \
    extern "C" __global__ void attend_##name(const T* qkv, const Row* rows, const int* pages, int maxPages, const T* kPool, const T* vPool, \
            T* y, float scale, float softCap, int window, int count, int heads, int keyHeads, int headSize) { \
        attend(qkv, rows, pages, maxPages, kPool, vPool, y, scale, softCap, window, heads, keyHeads, headSize); \
    }
DEFINE(float, f32)
DEFINE(bf16, bf16)
