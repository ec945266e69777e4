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
#include "quantized.cuh"
#include "relay.cuh"

constexpr int X_BYTES = 512 + 32 + 16;  // of a span: [8][h, l][32], sums of blocks t and t + 4 for t of 0..3, what 1 stands for

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

// A lane's eight columns of a warp's span into shared memory. A number that is none makes all of the span's sums none.
template <Format F>
__device__ __forceinline__ void quantizeSpan(const float (&v)[8], uint8_t* to) {
    constexpr float MOST = 127 * 257, TINY = 1e-30f, INTEGERS = 12582912;  // from where f32 has integers as its low bits
    int lane = threadIdx.x % 32;
    float own = 0;
#pragma unroll
    for (int j = 0; j < 8; j++) own = larger(own, fabsf(v[j]));
    float largest = __uint_as_float(__reduce_max_sync(~0u, __float_as_uint(own)));
    float unit = largest * (1 / MOST);
    float inverse = largest > TINY ? reciprocal(unit) : 0;
    unsigned q[8];
    unsigned total = 0;
#pragma unroll
    for (int j = 0; j < 8; j++) {
        q[j] = __float_as_uint(fmaf(v[j], inverse, INTEGERS + 128));  // 128 more: the lower byte counts from −128
        total += q[j];
    }
    // In the order of a word's even nibbles, then of its odd ones; bytes in their own.
    constexpr bool BYTES = F == Q8_0;
    unsigned a = permute(q[0], q[BYTES ? 1 : 4], 0x5410), b = permute(q[BYTES ? 2 : 1], q[BYTES ? 3 : 5], 0x5410);
    unsigned c = permute(q[BYTES ? 4 : 2], q[BYTES ? 5 : 6], 0x5410), d = permute(q[BYTES ? 6 : 3], q[7], 0x5410);
    uint8_t* at = to + lane / 4 * 64 + lane % 4 * 8;
    *reinterpret_cast<uint2*>(at) = make_uint2(permute(a, b, 0x7531), permute(c, d, 0x7531));
    *reinterpret_cast<uint2*>(at + 32) = make_uint2(permute(a, b, 0x6420) ^ 0x80808080u, permute(c, d, 0x6420) ^ 0x80808080u);
    if constexpr (F == Q4_K) {
        total -= 8 * __float_as_uint(INTEGERS + 128);
        for (int lanes = 1; lanes < 4; lanes *= 2) total += __shfl_xor_sync(~0u, total, lanes);
        int block = lane / 4;
        if (lane % 4 == 0) *reinterpret_cast<unsigned*>(to + 512 + block % 4 * 8 + block / 4 * 4) = total;
    }
    if (lane == 0) *reinterpret_cast<float*>(to + 544) = largest <= TINY ? 0 : unit;
}

// Which columns of four an operand's lane has: all bits set for one of four instructions.
struct Masks {
    unsigned of[4];
    __device__ __forceinline__ Masks() {
#pragma unroll
        for (int b = 0; b < 4; b++) of[b] = threadIdx.x % 32 / 8 == b ? ~0u : 0;
    }
    __device__ __forceinline__ uint2 operator()(uint2 x, int b) const { return make_uint2(x.x & of[b], x.y & of[b]); }
};
template <bool SIGNED>
__device__ __forceinline__ void multiplyOn(int (&d)[4], unsigned a0, unsigned a1, unsigned a2, unsigned a3, uint2 b) {
    if constexpr (SIGNED) {
        asm("mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
            : "+r"(d[0]), "+r"(d[1]), "+r"(d[2]), "+r"(d[3])
            : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(b.x), "r"(b.y));
    } else {
        asm("mma.sync.aligned.m16n8k32.row.col.s32.u8.s8.s32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
            : "+r"(d[0]), "+r"(d[1]), "+r"(d[2]), "+r"(d[3])
            : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(b.x), "r"(b.y));
    }
}

// Scales and minima of blocks t and t + 4 of a Q4_K record.
struct Q4kPair {
    int scale[2], minimum[2];
    __device__ __forceinline__ Q4kPair(const uint4& record, unsigned byte) {
        unsigned y = permute(record.y, 0, byte), z = permute(record.z, 0, byte), w = permute(record.w, 0, byte);
        scale[0] = y & 63;
        scale[1] = (y >> 2 & 0x30) | (w & 15);
        minimum[0] = z & 63;
        minimum[1] = (z >> 2 & 0x30) | w >> 4;
    }
};

// sum += two weight rows' span times x: a lane has the parts of two of the eight blocks.
template <Format F>
__device__ __forceinline__ void accumulateOne(float (&sum)[2], const WeightRows<F>& rows, const uint8_t* x, const Masks& masks) {
    int lane = threadIdx.x % 32, t = lane % 4;
    uint4 low = rows.record(0), high = rows.record(1);
    float step = *reinterpret_cast<const float*>(x + 544);
    int d[2][4] = {};
#pragma unroll
    for (int half = 0; half < 2; half++) {
        uint2 own = *reinterpret_cast<const uint2*>(x + half * 256 + lane * 8);
        if constexpr (F == Q4_K) {
            uint4 a = rows.quants(half, 0), c = rows.quants(half, 1);
#pragma unroll
            for (int i = 0; i < 4; i++) {
                unsigned p = word(a, i), q = word(c, i);
                multiplyOn<false>(d[half], p & NIBBLES, q & NIBBLES, p >> 4 & NIBBLES, q >> 4 & NIBBLES, masks(own, i));
            }
        } else {
#pragma unroll
            for (int i = 0; i < 4; i++) {
                uint4 a = rows.quants(half * 2 + i / 2, 0), c = rows.quants(half * 2 + i / 2, 1);
                if (i % 2 == 0) multiplyOn<true>(d[half], a.x, c.x, a.y, c.y, masks(own, i));
                else multiplyOn<true>(d[half], a.z, c.z, a.w, c.w, masks(own, i));
            }
        }
    }
    // At most 2 · 63 · 32 · 15 · 127 · 257, which is below 2^31.
    int v[2][2];
#pragma unroll
    for (int half = 0; half < 2; half++) v[half][0] = d[half][0] * 256 + d[half][1], v[half][1] = d[half][2] * 256 + d[half][3];
    if constexpr (F == Q4_K) {
        int2 totals = *reinterpret_cast<const int2*>(x + 512 + t * 8);
        unsigned byte = 0x4440 | t;
        Q4kPair l(low, byte), h(high, byte);
        float2 lowD = __half22float2(*reinterpret_cast<__half2*>(&low.x)), highD = __half22float2(*reinterpret_cast<__half2*>(&high.x));
        auto part = [&](const Q4kPair& pair, float2 d, int upper) {
            int quants = pair.scale[0] * v[0][upper] + pair.scale[1] * v[1][upper];
            int minima = pair.minimum[0] * totals.x + pair.minimum[1] * totals.y;
            return d.x * static_cast<float>(quants) - d.y * static_cast<float>(minima);
        };
        sum[0] += step * part(l, lowD, 0);
        sum[1] += step * part(h, highD, 1);
    } else {
        unsigned at = 0x1010 + t % 2 * 0x2222;
        auto scale = [&](const uint4& record, int half) {
            unsigned pair = half ? (t / 2 ? record.w : record.z) : (t / 2 ? record.y : record.x);
            return __half2float(__ushort_as_half(static_cast<unsigned short>(permute(pair, 0, at))));
        };
        sum[0] += step * (scale(low, 0) * static_cast<float>(v[0][0]) + scale(low, 1) * static_cast<float>(v[1][0]));
        sum[1] += step * (scale(high, 0) * static_cast<float>(v[0][1]) + scale(high, 1) * static_cast<float>(v[1][1]));
    }
}

// What a warp copies into its slots, in its order: whole units only. Addresses go on by sums, since instructions are scarce.
template <Format F>
struct Flow {
    static constexpr int PIECES = mainBytes<F>() / 16;  // of a row's span; a lane has one of every STEP-th row
    static constexpr int STEP = 32 / PIECES;
    static constexpr int COUNT = UNIT / STEP;
    const uint8_t *from, *record;
    ptrdiff_t unitBytes, unitRecordBytes;  // to the warp's next unit from the end of one
    unsigned rowStep, lower;               // bytes to a lane's next row, and to the unit's second half
    int toSlot, toRecord, unit, units, unitStep, span, spans, member, team;

    __device__ __forceinline__ Flow(const uint8_t* w, const uint8_t* meta, int k, int outputs, int each, int units, int spans, int team, int teams, int own,
        int slots)
        : units(units), spans(spans), team(team) {
        int lane = threadIdx.x % 32, piece = lane % PIECES;
        bool gated = each < UNIT;
        unsigned rowBytesOf = rowBytes<F>(k), metaBytesOf = metaBytes<F>(k);
        member = threadIdx.x / 32 & (team - 1);
        unit = blockIdx.x + own * gridDim.x;
        unitStep = gridDim.x * teams;
        span = member;
        rowStep = STEP * rowBytesOf;
        lower = (gated ? outputs : UNIT / 2) * rowBytesOf;
        from = w + size_t(unit) * each * rowBytesOf + lane / PIECES * rowBytesOf + piece * 16 + member * mainBytes<F>();
        int half = lane / (UNIT / 2) % 2;
        record = meta + size_t(unit * each + lane % (UNIT / 2) + half * (gated ? outputs : UNIT / 2)) * metaBytesOf + member * META;
        int taken = spans - span + team - 1 >> (team == WARPS ? 4 : 3);
        unitBytes = ptrdiff_t(unitStep) * each * rowBytesOf - taken * team * mainBytes<F>();
        unitRecordBytes = ptrdiff_t(unitStep) * each * metaBytesOf - taken * team * META;
        toSlot = slots + piece / 4 * GROUP + lane / PIECES * 64 + piece % 4 * 16;
        toRecord = slots + quantSlot<F>() + lane * META;
    }
    // Starts the next span's.
    __device__ __forceinline__ void start(int slot) {
        if (unit < units && span < spans) {
            unsigned to = toSlot + slot * slotBytes<F>();
#pragma unroll
            for (int i = 0; i < COUNT; i++) {
                copy(to + i * STEP * 64, from + size_t(i % (COUNT / 2) * rowStep + i / (COUNT / 2) * lower));
            }
            if (threadIdx.x % 32 < UNIT) copy(toRecord + slot * slotBytes<F>(), record);
        }
        commitCopies();
        span += team;
        from += team * mainBytes<F>();
        record += team * META;
        if (span < spans) return;
        span = member;
        unit += unitStep;
        from += unitBytes;
        record += unitRecordBytes;
    }
    static __device__ __forceinline__ void copy(unsigned to, const uint8_t* from) {
        asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(to), "l"(from) : "memory");
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
    uint8_t* x = memory + WARPS * stages<F>() * slotBytes<F>();
    float* sums = reinterpret_cast<float*>(x + teams * spans * X_BYTES);  // [units of a round][warps][16]
    float* squares = sums + ROUND * WARPS * UNIT;
    OneRow<F> one{in, x + own * spans * X_BYTES, squares, k, spans, team, own == 0};
    Flow<F> flow(w, meta, k, outputs, each, units, spans, team, teams, own, static_cast<int>(__cvta_generic_to_shared(slots)));
    if (relay.polled) launchDependents();  // the next kernel's copies delay no x that is asked for before most of this one's
    if (threadIdx.x == 0) best = 0;
    if (threadIdx.x < 4) squares[(spans - 1) / 4 * 4 + threadIdx.x] = 0;
    __syncthreads();
    if (in.kind == 0) stageOne<F, true>(one, relay, flow);
    else stageOne<F, false>(one, relay, flow);
    if (!relay.polled && warp == 0) launchDependents();  // only now, because the next kernel's copies of weights would delay x
    Masks masks;
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
                awaitCopies<stages<F>() - 1>();
                __syncwarp();
                accumulateOne<F>(sum, WeightRows<F>{slots + slot * slotBytes<F>(), g, t}, one.x + span * X_BYTES, masks);
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
