// How the weights of quantized.cuh come into shared memory: every warp copies its own spans, ahead of what it multiplies.
#pragma once
#include "integers.cuh"

// What a block has of a product's weights.
template <Format F>
struct Weights {
    const uint8_t *w, *meta;
    int outputs, each, units, k;
    int first, spans;  // of the columns
    int step;          // units between those of a team
    bool gated;
    __device__ __forceinline__ int unit() const { return blockIdx.x * TEAMS + threadIdx.x / 32 / TEAM; }
    __device__ __forceinline__ int member() const { return threadIdx.x / 32 % TEAM; }
};

// What a warp copies of them into its slots, in its order. Addresses go on by sums, since instructions are scarce.
template <Format F>
struct Copies {
    static constexpr int PIECES = mainBytes<F>() / 16;  // of a row's span; a lane has one of every STEP-th row
    static constexpr int STEP = 32 / PIECES;
    static constexpr int COUNT = UNIT / STEP;
    const uint8_t *rows[COUNT], *record;  // of the first unit, or of the last if that is not whole
    size_t at, recordAt;                  // from there
    size_t unitBytes, unitRecordBytes;    // to the warp's next unit from the end of one
    uint8_t* to;
    uint8_t* recordTo;
    int unit, span;

    // Rows of a unit; beyond the last they repeat it. Those of `up` are as far behind as there are outputs.
    __device__ __forceinline__ void begin(const Weights<F>& weights) {
        int lane = threadIdx.x % 32;
        auto row = [&](int m) {
            int output = unit * weights.each + (weights.gated ? m % (UNIT / 2) : m);
            return static_cast<size_t>((weights.gated && m >= UNIT / 2 ? weights.outputs : 0) + ::min(output, weights.outputs - 1));
        };
#pragma unroll
        for (int i = 0; i < COUNT; i++) rows[i] = weights.w + row(lane / PIECES + i * STEP) * rowBytes<F>(weights.k) + lane % PIECES * 16;
        record = weights.meta + row(lane % UNIT) * metaBytes<F>(weights.k);
        at = (weights.first + span) * mainBytes<F>();
        recordAt = (weights.first + span) * META;
    }
    __device__ __forceinline__ Copies(const Weights<F>& weights, uint8_t* slots) {
        int lane = threadIdx.x % 32, piece = lane % PIECES;
        to = slots + piece / 4 * GROUP + lane / PIECES * 64 + piece % 4 * 16;
        recordTo = slots + quantSlot<F>() + lane * META;
        unit = weights.unit();
        span = weights.member();
        begin(weights);
        int taken = (weights.spans - span + TEAM - 1) / TEAM * TEAM;
        unitBytes = size_t(weights.step) * weights.each * rowBytes<F>(weights.k) - taken * mainBytes<F>();
        unitRecordBytes = size_t(weights.step) * weights.each * metaBytes<F>(weights.k) - taken * META;
    }
    // Starts the next span's.
    __device__ __forceinline__ void start(const Weights<F>& weights, int slot) {
        if (unit < weights.units && span < weights.spans) {
#pragma unroll
            for (int i = 0; i < COUNT; i++) copyAsync<16>(to + slot * slotBytes<F>() + i * STEP * 64, rows[i] + at);
            if (threadIdx.x % 32 < UNIT) copyAsync<16>(recordTo + slot * slotBytes<F>(), record + recordAt);
        }
        commitCopies();
        span += TEAM;
        at += TEAM * mainBytes<F>();
        recordAt += TEAM * META;
        if (span < weights.spans) return;
        span = weights.member();
        unit += weights.step;
        at += unitBytes;
        recordAt += unitRecordBytes;
        if (unit == weights.units - 1 && weights.outputs % weights.each) begin(weights);
    }
};
