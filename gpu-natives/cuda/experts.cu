// Mixture of experts around the products of linear.cu: route, group, combine.
//
// route     softmax of the router's scores, the `chosen` largest (the first of equals), their weights, made to sum to 1 if `renormalize`
//           grid: a warp for each row
// group     pairs (row, choice) ordered by expert, and tiles of one expert's pairs: {expert, first slot, count, 0}, count 0 for unused ones
//           slotRow[slot] = row, slotOf[pair] = slot; grid: one block of 1024; shared memory (experts + 1)·8 bytes
// combine   x[r] = (add ? x[r] : 0) + scale · Σ_j weight[r, j] · y[slotOf[r, j]]; grid: a block of 256 for each row
// twin      ScalarProgram.experts
// measured  H100, 512 rows, 8 of 64 experts: route 14 µs, group 538 µs, combine of 2,048 columns 18 µs, 78 % of the memory limit
#include "mens.cuh"

extern "C" __global__ void route(const float* scores, int* expert, float* weight, int rows, int experts, int chosen, int renormalize) {
    enter();
    const float* score = scores + size_t(blockIdx.x) * stride(experts);
    int lane = threadIdx.x;
    float max = -INFINITY;
    for (int e = lane; e < experts; e += 32) max = fmaxf(max, score[e]);
    max = warpMax(max);
    float sum = 0;
    for (int e = lane; e < experts; e += 32) sum += expf(score[e] - max);
    sum = warpSum(sum);
    unsigned long long below = ~0ull;  // the key of the last choice; keys are distinct
    float chosenSum = 0;
    for (int j = 0; j < chosen; j++) {
        unsigned long long best = 0;
        for (int e = lane; e < experts; e += 32) {
            unsigned long long key = static_cast<unsigned long long>(ordered(score[e])) << 32 | (0xffffffffu - e);
            if (key < below && key > best) best = key;
        }
        for (int lanes = 16; lanes > 0; lanes /= 2) best = ::max(best, __shfl_xor_sync(~0u, best, lanes));
        below = best;
        float share = expf(unordered(best >> 32) - max) / sum;
        chosenSum += share;
        if (lane == 0) {
            expert[blockIdx.x * chosen + j] = 0xffffffffu - unsigned(best);
            weight[blockIdx.x * chosen + j] = share;
        }
    }
    __syncwarp();
    if (renormalize && lane == 0) {
        for (int j = 0; j < chosen; j++) weight[blockIdx.x * chosen + j] /= chosenSum;
    }
}

extern "C" __global__ void group(const int* expert, int* slotRow, int* slotOf, int4* groups, int pairs, int chosen, int experts, int tile,
        int maxGroups) {
    extern __shared__ int shared[];
    int* first = shared;                  // [experts + 1] first slot of each expert
    int* tiles = shared + experts + 1;    // [experts + 1] first tile of each expert
    enter();
    for (int e = threadIdx.x; e < experts; e += blockDim.x) {
        int count = 0;
        for (int p = 0; p < pairs; p++) count += expert[p] == e;
        first[e + 1] = count;
    }
    __syncthreads();
    if (threadIdx.x == 0) {
        first[0] = tiles[0] = 0;
        for (int e = 0; e < experts; e++) {
            tiles[e + 1] = tiles[e] + (first[e + 1] + tile - 1) / tile;
            first[e + 1] += first[e];
        }
    }
    __syncthreads();
    for (int e = threadIdx.x; e < experts; e += blockDim.x) {
        int slot = first[e];
        for (int p = 0; p < pairs && slot < first[e + 1]; p++) {
            if (expert[p] != e) continue;
            slotRow[slot] = p / chosen;
            slotOf[p] = slot++;
        }
        for (int t = tiles[e]; t < tiles[e + 1]; t++) {
            int at = first[e] + (t - tiles[e]) * tile;
            groups[t] = make_int4(e, at, min(tile, first[e + 1] - at), 0);
        }
    }
    for (int t = tiles[experts] + threadIdx.x; t < maxGroups; t += blockDim.x) groups[t] = make_int4(0, 0, 0, 0);
}

extern "C" __global__ void combine(float* x, const float* y, const int* slotOf, const float* weight, float scale, int add, int rows, int chosen,
        int width) {
    enter();
    float* out = x + size_t(blockIdx.x) * stride(width);
    for (int i = threadIdx.x; i < width; i += blockDim.x) {
        float sum = 0;
        for (int j = 0; j < chosen; j++) {
            int pair = blockIdx.x * chosen + j;
            sum += weight[pair] * y[size_t(slotOf[pair]) * stride(width) + i];
        }
        out[i] = (add ? out[i] : 0) + scale * sum;
    }
}
