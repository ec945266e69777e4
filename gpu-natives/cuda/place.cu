// place_<type>: query and key norms and rotary positions, in f32; keys and values into the cache, queries into qkv. place_bf16_single reads f32.
//
// in        [rows, stride((heads + 2·keyHeads)·headSize)], left normed or turned or not
// qkv       the same, or another of the type with the queries where `in` has them
// pools     [page][keyHeads][64][headSize]; page of position p = pages[sequence·maxPages + p/64]
// rotation  dimension i pairs with i + pairs: turned by position · f[i], scaled by magnitude        Su et al. 2021
// grid      a block of 256 for each row
// twin      ScalarProgram.place, ScalarMath.rotate
// measured  H100, 2,048 rows, 32 heads, 8 key heads, share of the memory limit: heads of 64 57 %, of 128 all of it
#include "mens.cuh"

constexpr int MOST_PAIRS = 128;

struct HeadNorm {
    const float* gain;
    const float* bias;
    int kind;  // 0 none, 1 RMS, 2 Layer
    int whole; // over the whole projection instead of each head
    float offset, epsilon;
};

// Normalizes `count` vectors of `width` that follow each other: a warp each, or the block one after another if `whole`.
template <typename T>
__device__ void normHeads(T* x, const HeadNorm& norm, int heads, int size, float* scratch) {
    int count = norm.whole ? 1 : heads;
    int width = norm.whole ? heads * size : size;
    int lane = norm.whole ? threadIdx.x : threadIdx.x % 32;
    int lanes = norm.whole ? blockDim.x : 32;
    for (int h = norm.whole ? 0 : threadIdx.x / 32; h < count; h += norm.whole ? 1 : blockDim.x / 32) {
        T* v = x + h * width;
        float sum = 0;
        for (int i = lane; i < width; i += lanes) sum += toFloat(v[i]);
        float mean = norm.kind == 2 ? (norm.whole ? blockSum(sum, scratch) : warpSum(sum)) / width : 0;
        float squares = 0;
        for (int i = lane; i < width; i += lanes) {
            float d = toFloat(v[i]) - mean;
            squares += d * d;
        }
        squares = norm.whole ? blockSum(squares, scratch) : warpSum(squares);
        float scale = 1 / sqrtf(squares / width + norm.epsilon);
        for (int i = lane; i < width; i += lanes) {
            float d = (toFloat(v[i]) - mean) * scale;
            put(v + i, norm.kind == 2 ? norm.gain[i] * d + (norm.bias ? norm.bias[i] : 0) : (norm.offset + norm.gain[i]) * d);
        }
    }
    __syncthreads();
}

// Turns eight pairs at a time, and writes queries to qkv, keys and values into the cache at `at` of their first head.
template <typename S, typename T>
__device__ void placeEights(const S* in, T* qkv, T* kPool, T* vPool, size_t at, const float2* turn, int heads, int keyHeads, int size) {
    int pairs = size / 2, eights = pairs / 8;
    for (int i = threadIdx.x; i < (heads + 2 * keyHeads) * eights; i += blockDim.x) {
        int head = i / eights, pair = i % eights * 8;
        int from = head * size + pair;
        float first[8], second[8];
        read8(in + from, first);
        read8(in + from + pairs, second);
        int key = head - heads, value = key - keyHeads;
        if (value < 0) {
#pragma unroll
            for (int j = 0; j < 8; j++) {
                float2 by = turn[pair + j];
                float turned = first[j] * by.x - second[j] * by.y;
                second[j] = second[j] * by.x + first[j] * by.y;
                first[j] = turned;
            }
        }
        T* out = key < 0 ? qkv + from : (value < 0 ? kPool + key * PAGE * size : vPool + value * PAGE * size) + at + pair;
        write8(out, first);
        write8(out + pairs, second);
    }
}

template <typename S, typename T>
__device__ void place(S* in, T* qkv, const Row* rows, const int* pages, int maxPages, T* kPool, T* vPool, HeadNorm qNorm, HeadNorm kNorm,
        const float* frequencies, int pairs, float magnitude, int heads, int keyHeads, int size) {
    __shared__ float scratch[32];
    __shared__ float2 turn[MOST_PAIRS];
    Row row = rows[blockIdx.x];
    int columns = (heads + 2 * keyHeads) * size;
    size_t begin = size_t(blockIdx.x) * stride(columns);
    S* q = in + begin;
    S* k = q + heads * size;
    S* v = k + keyHeads * size;
    T* placed = qkv + begin;
    size_t page = pages[row.sequence * maxPages + row.position / PAGE];
    for (int i = threadIdx.x; i < pairs; i += blockDim.x) {
        float sin, cos;
        sincosf(float(row.position) * frequencies[i], &sin, &cos);
        turn[i] = make_float2(cos * magnitude, sin * magnitude);
    }
    if (qNorm.kind && qNorm.gain) normHeads(q, qNorm, heads, size, scratch);
    if (kNorm.kind && kNorm.gain) normHeads(k, kNorm, keyHeads, size, scratch);
    __syncthreads();
    if (2 * pairs == size && pairs % 8 == 0) {
        placeEights(q, placed, kPool, vPool, (page * keyHeads * PAGE + row.position % PAGE) * size, turn, heads, keyHeads, size);
        return;
    }
    for (int i = threadIdx.x; i < (heads + keyHeads) * pairs; i += blockDim.x) {
        S* head = q + i / pairs * size;
        int pair = i % pairs;
        float first = toFloat(head[pair]), second = toFloat(head[pair + pairs]);
        put(head + pair, first * turn[pair].x - second * turn[pair].y);
        put(head + pair + pairs, second * turn[pair].x + first * turn[pair].y);
    }
    __syncthreads();
    for (int i = threadIdx.x; i < keyHeads * size; i += blockDim.x) {
        size_t at = ((page * keyHeads + i / size) * PAGE + row.position % PAGE) * size + i % size;
        put(kPool + at, toFloat(k[i]));
        put(vPool + at, toFloat(v[i]));
    }
    if constexpr (sizeof(S) != sizeof(T)) {
        for (int i = threadIdx.x; i < heads * size; i += blockDim.x) put(placed + i, toFloat(q[i]));
    }
}

#define DEFINE(S, T, name) \
    extern "C" __global__ void place_##name(S* in, T* qkv, const Row* rows, const int* pages, int maxPages, T* kPool, T* vPool, const float* qGain, \
            const float* qBias, const float* kGain, const float* kBias, int normKind, int normWhole, float offset, float epsilon, \
            const float* frequencies, const float* beyond, int pairs, float magnitude, int beyondTokens, int count, int heads, int keyHeads, \
            int headSize) { \
        enter(); \
        bool isBeyond = beyond && rows[blockIdx.x].total > beyondTokens; \
        place(in, qkv, rows, pages, maxPages, kPool, vPool, HeadNorm{qGain, qBias, normKind, normWhole, offset, epsilon}, \
                HeadNorm{kGain, kBias, normKind, normWhole, offset, epsilon}, isBeyond ? beyond : frequencies, pairs, magnitude, heads, \
                keyHeads, headSize); \
    }
DEFINE(float, float, f32)
DEFINE(bf16, bf16, bf16)
DEFINE(float, bf16, bf16_single)
