// linear_<q8_0|q4_k>_1: y = epilogue(W · in(x) + bias) for one row, on the tensor cores' eight-bit integers: decoding one sequence, where latency counts.
//
// W, x, y   as in quantized.cuh, with whole units: 16 divides the outputs, 8 where GATED
// relay     x may be `polled`, see relay.cuh: then a warp waits for no kernel's end but for the words it needs. With ADD, y = old + v if `old` is given.
//           `cleared` is what nobody reads any more, whose bits are set again
// grid      (≤ ⌈units / teams⌉), blocks of 512: one team of sixteen warps, or two of eight. A team shares a unit of 16 weight rows, 256 columns a warp at a
//           time, and each warp stages those columns of x that it multiplies itself, and waits for no other
// operands  as in quantized.cuh, but the eight columns of an instruction are h and l of four blocks of 32 columns, each zero but for one instruction of four:
//           so a lane scales one block and not four times the same. Sums of x for minima of Q4_K are exact
// twin      plain.cu; ScalarMath.linear
// measured  H100, decoding at batch 1, all of a step, share of the memory limit: q4_k 1B 50 %, 8B 76 %, q8_0 1B 71 %; error against the twin 2e-5
#pragma once
#include "flow.cuh"
#include "relay.cuh"
#include "span.cuh"

struct Relay {
    int polled;
    const float* old;  // 0: ADD adds to y
    uint4* cleared;
    int clears;
};

// A lane's eight columns as they lie in memory.
template <bool SINGLE>
struct Words {
    uint4 low, high;
    __device__ __forceinline__ void read(const void* at) {
        low = loadFresh(at);
        if constexpr (SINGLE) high = loadFresh(static_cast<const uint4*>(at) + 1);
    }
    __device__ __forceinline__ void zero() { low = high = make_uint4(0, 0, 0, 0); }
    __device__ __forceinline__ bool unset() const {
        if constexpr (SINGLE) return anyUnset(low) || anyUnset(high);
        unsigned most = __vmaxu2(__vmaxu2(low.x, low.y), __vmaxu2(low.z, low.w));
        return most >= 0xffff0000u || (most & 0xffff) == 0xffff;
    }
    __device__ __forceinline__ float at(int j) const {
        if constexpr (SINGLE) return __uint_as_float(word(j < 4 ? low : high, j % 4));
        unsigned pair = word(low, j / 2);
        return __uint_as_float(j % 2 ? pair & 0xffff0000u : pair << 16);
    }
};

// What a block has of a product.
template <Format F>
struct OneRow {
    const Input& in;
    uint8_t* x;       // [spans][X_BYTES] of the team
    float* squares;   // [spans], of four at a time
    int k, spans, team;
    bool leads;       // whether the team sums squares
    __device__ __forceinline__ int member() const { return threadIdx.x / 32 & (team - 1); }
};

// Begins a warp's copies and stages its x.
template <Format F, bool SINGLE>
__device__ __forceinline__ void stageOne(const OneRow<F>& one, const Relay& relay, Flow<F>& flow) {
    constexpr int AHEAD = SINGLE ? 1 : 4;
    const Input& in = one.in;
    int lane = threadIdx.x % 32, slot = 1;
    flow.start(0);
    if (!relay.polled) awaitPrevious();
    const uint8_t* from = static_cast<const uint8_t*>(in.x) + (size_t(in.gather ? in.gather[0] : 0) * stride(one.k) + lane * 8) * (SINGLE ? 4 : 2);
#pragma unroll 1
    for (int first = one.member(); first < one.spans; first += AHEAD * one.team) {
        Words<SINGLE> words[AHEAD];
        auto span = [&](int i) { return first + i * one.team; };
        auto live = [&](int i) { return span(i) < one.spans && span(i) * SPAN + lane * 8 < one.k; };
        auto read = [&](int i) { words[i].read(from + span(i) * SPAN * (SINGLE ? 4 : 2)); };
#pragma unroll
        for (int i = 0; i < AHEAD; i++) {
            words[i].zero();
            if (live(i)) read(i);
        }
        float gain[8];
        if (AHEAD == 1 && in.gain) {
#pragma unroll
            for (int j = 0; j < 8; j++) gain[j] = 0;
            if (live(0)) read8(in.gain + first * SPAN + lane * 8, gain);
        }
        if (relay.polled) {
            for (int spins = 0;; spins++) {
                if (spins == MOST_SPINS) __trap();
                bool missing = false;
#pragma unroll
                for (int i = 0; i < AHEAD; i++) {
                    if (live(i) && words[i].unset()) {
                        read(i);
                        missing = true;
                    }
                }
                if (!__any_sync(~0u, missing)) break;
                if (slot < stages<F>()) flow.start(slot++);
            }
        }
#pragma unroll
        for (int i = 0; i < AHEAD; i++) {
            if (span(i) >= one.spans) break;
            float v[8];
#pragma unroll
            for (int j = 0; j < 8; j++) v[j] = words[i].at(j);
            if (in.gain) {
                if (AHEAD > 1) {
#pragma unroll
                    for (int j = 0; j < 8; j++) gain[j] = 0;
                    if (live(i)) read8(in.gain + span(i) * SPAN + lane * 8, gain);
                }
                float squares = 0;
#pragma unroll
                for (int j = 0; j < 8; j++) squares += v[j] * v[j], v[j] *= gain[j] + in.offset;
                squares = warpSum(squares);
                if (lane == 0 && one.leads) one.squares[span(i)] = squares;
            }
            quantizeSpan<F>(v, one.x + span(i) * X_BYTES);
        }
    }
#pragma unroll 1
    while (slot < stages<F>()) flow.start(slot++);
    __syncwarp();
}

template <Format F>
__device__ __forceinline__ void linearOne(const uint8_t* w, const uint8_t* meta, const float* bias, const Input& in, const Epilogue& e, const Relay& relay,
        int n, int k, int team) {
    extern __shared__ __align__(128) uint8_t memory[];
    __shared__ unsigned long long best;
    int lane = threadIdx.x % 32, warp = threadIdx.x / 32, g = lane / 4, t = lane % 4;
    int spans = padded(k) / SPAN;
    int teams = team == WARPS ? 1 : 2, own = team == WARPS ? 0 : warp / (WARPS / 2);
    bool gated = e.mode == GATED;
    int each = gated ? UNIT / 2 : UNIT, outputs = gated ? n / 2 : n;
    int units = outputs >> (gated ? 3 : 4);
    int step = gridDim.x * teams;  // units between those of a team

    uint8_t* slots = memory + warp * stages<F>() * slotBytes<F>();
    uint8_t* staged = memory + WARPS * stages<F>() * slotBytes<F>();
    float* sums = reinterpret_cast<float*>(staged + teams * spans * X_BYTES);  // [units of a round][warps][16]
    float* squares = sums + ROUND * WARPS * UNIT;
    OneRow<F> one{in, staged + own * spans * X_BYTES, squares, k, spans, team, own == 0};
    Flow<F> flow(w, meta, k, outputs, each, units, spans, team, teams, own, static_cast<int>(__cvta_generic_to_shared(slots)));
    if (relay.polled) launchDependents();  // the next kernel's copies delay no x that is asked for before most of this one's
    if (threadIdx.x == 0) best = 0;
    if (threadIdx.x < 4) squares[(spans - 1) / 4 * 4 + threadIdx.x] = 0;
    __syncthreads();
    if (in.kind == 0) stageOne<F, true>(one, relay, flow);
    else stageOne<F, false>(one, relay, flow);
    if (!relay.polled && warp == 0) launchDependents();  // only now, because the next kernel's copies of weights would delay x
    Masks masks;
    Span x;
    bool always = spans <= team;  // a warp has the same columns of every unit
    if (always && one.member() < spans) x.read(one.x + one.member() * X_BYTES, masks);
    float perColumn = 1.f / k;

    auto total = [&](int of, int held, int m) {
        const float* from = sums + (held * WARPS + of * team) * UNIT + m;
        float v = 0;
#pragma unroll
        for (int other = 0; other < WARPS / 2; other++) v += from[other * UNIT];
        if (teams == 1) {
#pragma unroll
            for (int other = WARPS / 2; other < WARPS; other++) v += from[other * UNIT];
        }
        return v;
    };
    int slot = 0, m = threadIdx.x % UNIT;
    // Sixteen threads end a unit of a team and of a turn of the round.
    int endOf = threadIdx.x / UNIT & (teams - 1), endHeld = threadIdx.x / UNIT >> (teams - 1);
    for (int round = blockIdx.x; round < units; round += ROUND * step) {
        int unit = round + endHeld * step + endOf * gridDim.x, column = unit * each + m;
        bool ends = endHeld < ROUND && unit < units && m < each;
        float old = ends && relay.old ? awaitFresh(relay.old + column) : 0;
        for (int held = 0; held < ROUND; held++) {
            if (round + held * step + own * gridDim.x >= units) break;
            float sum[2] = {};
            for (int span = one.member(); span < spans; span += team) {
                if (!always) x.read(one.x + span * X_BYTES, masks);
                awaitCopies<stages<F>() - 1>();
                __syncwarp();
                accumulateOne<F>(sum, WeightRows<F>{slots + slot * slotBytes<F>(), g, t}, x);
                __syncwarp();
                flow.start(slot);
                slot = slot + 1 == stages<F>() ? 0 : slot + 1;
            }
            // A quad's lanes have parts: of row g the even ones, of row g + 8 the odd ones get both's.
            float part = (t % 2 ? sum[1] : sum[0]) + __shfl_xor_sync(~0u, t % 2 ? sum[0] : sum[1], 1);
            part += __shfl_xor_sync(~0u, part, 2);
            if (t < 2) sums[(held * WARPS + warp) * UNIT + t * 8 + g] = part;
        }
        __syncthreads();
        if (ends) {
            float v = total(endOf, endHeld, m), root = 1;
            if (in.gain) {
                float sum = 0;
#pragma unroll 2
                for (int span = 0; span < spans; span += 4) {
                    float4 four = *reinterpret_cast<const float4*>(squares + span);
                    sum += (four.x + four.y) + (four.z + four.w);
                }
                root = rsqrtf(sum * perColumn + in.epsilon);
            }
            v = v * root + (bias ? bias[column] : 0);
            float* y = static_cast<float*>(e.y) + column;
            if (e.mode == LOGITS) {
                float logit = softCapped(e.scale * v, e.softCap);
                *y = logit;
                if (e.best) {
                    unsigned long long mine = candidate(logit, column);
                    // Sixteen lanes have a unit's.
                    unsigned active = 0xffffu << lane / 16 * 16;
                    for (int lanes = 8; lanes > 0; lanes /= 2) mine = ::max(mine, __shfl_xor_sync(active, mine, lanes));
                    if (m == 0) atomicMax(&best, mine);
                }
            } else if (e.mode == ADD) {
                if (relay.old) *y = old + e.scale * v;
                else atomicAdd(y, e.scale * v);  // without waiting for the old value; one thread an element
            } else {
                v = activate(e.activation, v);
                if (gated) v *= total(endOf, endHeld, m + UNIT / 2) * root + (bias ? bias[outputs + column] : 0);
                if (e.mode == STORE_F32) *y = v;
                else put(static_cast<bf16*>(e.y) + column, v);
            }
        }
        if (round == blockIdx.x) {
            // Not first by the threads that end sums.
            for (int i = (blockIdx.x + 1) * WARPS * 32 - 1 - threadIdx.x; i < relay.clears; i += gridDim.x * WARPS * 32) {
                relay.cleared[i] = make_uint4(~0u, ~0u, ~0u, ~0u);
            }
        }
        if (round + ROUND * step < units) __syncthreads();
    }
    if (relay.polled) awaitPrevious();
    if (e.mode != LOGITS || !e.best) return;
    __syncthreads();
    if (threadIdx.x == 0 && best) atomicMax(e.best, best);
}

#define DEFINE_ONE(F, name) \
    extern "C" __global__ void __launch_bounds__(WARPS * 32) linear_##name##_1(const void* w, const void* meta, const float* bias, const void* x, int xKind, \
            const float* gain, float offset, float epsilon, const int* gather, const int4*, void* y, int yStride, int mode, int activation, \
            float scale, float softCap, int, int n, int k, unsigned long long* best, float*, unsigned*, int, int team, int polled, const float* old, \
            uint4* cleared, int clears) { \
        linearOne<F>(static_cast<const uint8_t*>(w), static_cast<const uint8_t*>(meta), bias, Input{x, xKind, gain, offset, epsilon, gather, {}}, \
                Epilogue{y, yStride, mode, activation, scale, softCap, best}, Relay{polled, old, cleared, clears}, n, k, team); \
    }
