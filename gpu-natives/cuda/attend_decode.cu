// attend_decode_<D>: one new token for each sequence: head norms, rotation, the cache's new entry, and attention over the cache.
//
// grid      (splits, keyHeads, rows), blocks of 128. The query heads of one key head are the rows of a tensor-core tile; a block takes a slice of the
//           keys, each of its warps every fourth tile of them, three on their way.
// qkv       f32 [rows, stride((heads + 2·keyHeads)·D)]
// new token its key and value come from qkv, rotated in f32; the last slice adds them and writes them to the cache
//           splits is 1, 2, 4 or 8, and the slices' blocks a cluster (splits, 1, 1) from sm_90 on; older devices merge through
// partial   f32 [rows·heads·splits·(D + 4)], and arrived: [rows·keyHeads], zero before and after
// shared    4·3·2·(D ≤ 64 ? 32 : 16)·(D + 8)·2 bytes, 4·D·(heads/keyHeads + 2) of qkv, and
//           what the slices' blocks send each other, if there are several: 4·D·heads/keyHeads + 64·heads/keyHeads + 136
// method    Dao et al. 2023, Flash-Decoding
// twin      place.cu and attend.cu
// measured  32 sequences of 4,096 tokens on an H100: 91 % of the memory limit for D = 64, 93 % for 96, 96 % for 128 and 256;
//           one sequence of 1,024 with 8 key heads of 64, within a step: 5 µs, all latency
#include "inbox.cuh"

constexpr int WARPS = 4;
constexpr int STAGES = 3;
constexpr int MOST_HEADS = 16;

// Keys of a warp's tile; a power of two that divides a page.
template <int D>
__host__ __device__ constexpr int tileKeys() {
    return D <= 64 ? 32 : 16;
}

struct Rotation {
    const float* frequencies;
    const float* beyond;
    int pairs;
    float magnitude;
    int beyondTokens;
};

// Sine and cosine of each pair at a position, times the magnitude.
__device__ void turns(float2* turn, const Rotation& rotation, const Row& row) {
    const float* frequencies = rotation.beyond && row.total > rotation.beyondTokens ? rotation.beyond : rotation.frequencies;
    for (int i = threadIdx.x; i < rotation.pairs; i += blockDim.x) {
        float sin, cos;
        sincosf(float(row.position) * frequencies[i], &sin, &cos);
        turn[i] = make_float2(cos * rotation.magnitude, sin * rotation.magnitude);
    }
}

// One head's vector, normalized if `gain`, and rotated, by one warp.
template <int D>
__device__ void placeHead(const float* in, bf16* out, const float* gain, float offset, float epsilon, const float2* turn, int pairs) {
    int lane = threadIdx.x % 32;
    float scale = 1;
    if (gain) {
        float squares = 0;
        for (int i = lane; i < D; i += 32) squares += in[i] * in[i];
        scale = 1 / sqrtf(warpSum(squares) / D + epsilon);
    }
    auto normed = [&](int i) { return in[i] * (gain ? scale * (offset + gain[i]) : 1); };
    for (int i = lane; i < pairs; i += 32) {
        float first = normed(i), second = normed(i + pairs);
        out[i] = __float2bfloat16_rn(first * turn[i].x - second * turn[i].y);
        out[i + pairs] = __float2bfloat16_rn(second * turn[i].x + first * turn[i].y);
    }
    for (int i = 2 * pairs + lane; i < D; i += 32) out[i] = __float2bfloat16_rn(normed(i));
}

template <int D>
__device__ void attendDecode(const float* qkv, const Row* rows, const int* pages, int maxPages, bf16* kPool, bf16* vPool, const float* qGain,
        const float* kGain, float offset, float epsilon, Rotation rotation, bf16* y, float scale, float softCap, int window, int heads,
        int keyHeads, float* partial, unsigned* arrived) {
    constexpr int PITCH = D + 8;
    constexpr int KEYS = tileKeys<D>();
    extern __shared__ __align__(128) bf16 shared[];
    __shared__ __align__(16) bf16 query[(MOST_HEADS + 1) * PITCH];  // placed, and behind them the new key
    __shared__ float maxima[WARPS + 1][MOST_HEADS], sums[WARPS + 1][MOST_HEADS];
    __shared__ float2 turn[D / 2];
    float* raw = reinterpret_cast<float*>(shared + WARPS * STAGES * 2 * KEYS * PITCH);  // of qkv: the query heads, the new key, the new value
#if __CUDA_ARCH__ >= 900
    Inbox inbox(raw + (heads / keyHeads + 2) * D, gridDim.x, heads / keyHeads, heads / keyHeads * D / 4);
    if (gridDim.x > 1) inbox.open();
#else
    __shared__ float2 merged[MOST_HEADS];
    __shared__ bool last;
#endif
    int warp = threadIdx.x / 32, lane = threadIdx.x % 32, g = lane / 4, t = lane % 4;
    int split = blockIdx.x, splits = gridDim.x, keyHead = blockIdx.y;
    int group = heads / keyHeads;
    Row row = rows[blockIdx.z];
    const int* table = pages + size_t(row.sequence) * maxPages;
    int from = window > 0 ? ::max(0, row.position + 1 - window) : 0;
    int base = from / KEYS * KEYS;
    int slice = (row.position - base + splits * KEYS - 1) / (splits * KEYS) * KEYS;
    int begin = base + split * slice, end = ::min(begin + slice, row.position);
    bf16* stages = shared + warp * STAGES * 2 * KEYS * PITCH;
    auto copyKeys = [&](int stage, int first) {
        if (first < end) {
            size_t at = ((size_t(table[first / PAGE]) * keyHeads + keyHead) * PAGE + first % PAGE) * D;
            bf16* k = stages + stage * 2 * KEYS * PITCH;
            for (int i = lane; i < KEYS * D / 8; i += 32) {
                int element = i / (D / 8) * PITCH + i % (D / 8) * 8;
                copyAsync<16>(k + element, kPool + at + i * 8);
                copyAsync<16>(k + KEYS * PITCH + element, vPool + at + i * 8);
            }
        }
        commitCopies();
    };
    int next = begin + warp * KEYS;
#pragma unroll
    for (int s = 0; s < STAGES - 1; s++, next += WARPS * KEYS) copyKeys(s, next);
    turns(turn, rotation, row);
    for (int i = threadIdx.x; i < (MOST_HEADS - group) * PITCH; i += blockDim.x) query[group * PITCH + i] = __float2bfloat16_rn(0);
    if (threadIdx.x < MOST_HEADS) {
        maxima[WARPS][threadIdx.x] = -INFINITY;
        sums[WARPS][threadIdx.x] = 0;
    }
    awaitPrevious();

    const float* q = qkv + size_t(blockIdx.z) * stride((heads + 2 * keyHeads) * D);
    bf16* newKey = query + MOST_HEADS * PITCH;
    const float* value = raw + (group + 1) * D;
    for (int i = threadIdx.x * 4; i < (group + 2) * D; i += blockDim.x * 4) {
        int head = i / D < group ? keyHead * group + i / D : heads + (i / D - group) * keyHeads + keyHead;
        *reinterpret_cast<float4*>(raw + i) = *reinterpret_cast<const float4*>(q + head * D + i % D);
    }
    __syncthreads();
    launchDependents();  // only now, because the next kernel's copies of weights would delay all of this
    bool newest = split == splits - 1;
    for (int h = warp; h < group + newest; h += WARPS) {
        bool key = h == group;
        placeHead<D>(raw + h * D, key ? newKey : query + h * PITCH, key ? kGain : qGain, offset, epsilon, turn, rotation.pairs);
    }
    __syncthreads();
    if (newest) {
        size_t at = ((size_t(table[row.position / PAGE]) * keyHeads + keyHead) * PAGE + row.position % PAGE) * D;
        for (int i = threadIdx.x; i < D; i += blockDim.x) {
            kPool[at + i] = newKey[i];
            put(vPool + at + i, value[i]);
        }
        for (int h = warp; h < group; h += WARPS) {
            float s = 0;
            for (int i = lane; i < D; i += 32) s += __bfloat162float(query[h * PITCH + i]) * __bfloat162float(newKey[i]);
            s = softCapped(warpSum(s) * scale, softCap) * LOG2_E;
            if (lane == 0) {
                maxima[WARPS][h] = s;
                sums[WARPS][h] = 1;
            }
        }
    }

    Attention<D, 1> attention;
    int stage = 0;
    for (int first = begin + warp * KEYS; first < end; first += WARPS * KEYS, next += WARPS * KEYS) {
        copyKeys((stage + STAGES - 1) % STAGES, next);
        awaitCopies<STAGES - 1>();
        __syncwarp();
        const bf16* k = stages + stage * 2 * KEYS * PITCH;
        float scores[1][KEYS / 8][4] = {};
        attention.template score<KEYS>(scores, query, k);
#pragma unroll
        for (int j = 0; j < KEYS / 8; j++) {
#pragma unroll
            for (int i = 0; i < 4; i++) {
                float s = softCapped(scores[0][j][i] * scale, softCap) * LOG2_E;
                int key = first + j * 8 + 2 * t + i % 2;
                scores[0][j][i] = key < end && key >= from ? s : -INFINITY;
            }
        }
        attention.template mix<KEYS>(scores, k + KEYS * PITCH, 1);
        __syncwarp();
        stage = (stage + 1) % STAGES;
    }
    awaitCopies<0>();
    attention.finishSums();
    __syncthreads();
    float* mixes = reinterpret_cast<float*>(shared);  // [warps][group][D]
#pragma unroll
    for (int half = 0; half < 2; half++) {
        int h = half * 8 + g;
        if (h >= group) continue;
        if (t == 0) {
            maxima[warp][h] = attention.max[0][half];
            sums[warp][h] = attention.sum[0][half];
        }
#pragma unroll
        for (int d = 0; d < D / 8; d++) {
            *reinterpret_cast<float2*>(mixes + (warp * group + h) * D + d * 8 + 2 * t) =
                make_float2(attention.mixed[0][d][2 * half], attention.mixed[0][d][2 * half + 1]);
        }
    }
    __syncthreads();
    bf16* out = y + size_t(blockIdx.z) * stride(heads * D) + keyHead * group * D;
#if __CUDA_ARCH__ >= 900
    if (gridDim.x > 1) inbox.awaitOthers();
#endif
    // The block's own mix, without clusters into the first warp's place: a thread reads and writes the same elements.
    for (int i = threadIdx.x * 4; i < group * D; i += blockDim.x * 4) {
        int h = i / D;
        float max = maxima[WARPS][h];
        for (int w = 0; w < WARPS; w++) max = fmaxf(max, maxima[w][h]);
        float weight = newest ? exp2Fast(maxima[WARPS][h] - max) : 0;
        float sum = weight;
        float4 mix = make_float4(0, 0, 0, 0);
        if (newest) add(mix, weight, *reinterpret_cast<const float4*>(value + i % D));
        for (int w = 0; w < WARPS; w++) {
            if (maxima[w][h] == -INFINITY) continue;
            weight = exp2Fast(maxima[w][h] - max);
            sum += weight * sums[w][h];
            add(mix, weight, *reinterpret_cast<const float4*>(mixes + (w * group + h) * D + i % D));
        }
        if (splits == 1) {
            put4(out + i, mix, 1 / sum);
        } else {
#if __CUDA_ARCH__ >= 900
            inbox.send(i / 4, mix);
            if (i % D == 0) inbox.send(h, make_float2(max, sum));
#else
            *reinterpret_cast<float4*>(mixes + i) = mix;
            if (i % D == 0) merged[h] = make_float2(max, sum);
#endif
        }
    }
    if (splits == 1) return;
#if __CUDA_ARCH__ >= 900
    inbox.finish(out, D / 4);
#else
    size_t place = (size_t(blockIdx.z) * keyHeads + keyHead) * splits;
    __syncthreads();
    float* slot = partial + (place + split) * group * (D + 4);
    for (int i = threadIdx.x; i < group; i += blockDim.x) reinterpret_cast<float2*>(slot)[i] = merged[i];
    for (int i = threadIdx.x; i < group * D; i += blockDim.x) slot[group * 4 + i] = mixes[i];
    __threadfence();
    __syncthreads();
    if (threadIdx.x == 0) {
        unsigned* counter = arrived + blockIdx.z * keyHeads + keyHead;
        last = atomicAdd(counter, 1) == splits - 1;
        if (last) *counter = 0;
    }
    __syncthreads();
    if (!last) return;
    __threadfence();
    for (int i = threadIdx.x; i < group * D; i += blockDim.x) {
        const float* slots = partial + place * group * (D + 4);
        float max = -INFINITY, sum = 0, mix = 0;
        for (int s = 0; s < splits; s++) max = fmaxf(max, __ldcg(slots + s * group * (D + 4) + i / D * 2));
        for (int s = 0; s < splits; s++) {
            const float* other = slots + s * group * (D + 4);
            float weight = exp2Fast(__ldcg(other + i / D * 2) - max);
            sum += weight * __ldcg(other + i / D * 2 + 1);
            mix += weight * __ldcg(other + group * 4 + i);
        }
        out[i] = __float2bfloat16_rn(mix / sum);
    }
#endif
}

#define DEFINE(D) \
    extern "C" __global__ void __launch_bounds__(128) attend_decode_##D(const float* qkv, const Row* rows, const int* pages, int maxPages, bf16* kPool, \
            bf16* vPool, const float* qGain, const float* kGain, float offset, float epsilon, const float* frequencies, const float* beyond, \
            int pairs, float magnitude, int beyondTokens, bf16* y, float scale, float softCap, int window, int count, int heads, int keyHeads, \
            float* partial, unsigned* arrived, int splits) { \
        attendDecode<D>(qkv, rows, pages, maxPages, kPool, vPool, qGain, kGain, offset, epsilon, \
                Rotation{frequencies, beyond, pairs, magnitude, beyondTokens}, y, scale, softCap, window, heads, keyHeads, partial, arrived); \
    }
DEFINE(64)
DEFINE(96)
DEFINE(128)
DEFINE(256)
