// linear_<q8_0|q4_k>_4: y = epilogue(W · in(x) + bias) for up to four rows, on the tensor cores' eight-bit integers.
//
// W         [n, k] of the format
// x         f32 or bf16 [rows, stride(k)], row r is gather[r] if given; with `gain`, RMS-normalized: x · (offset + gain) / √(mean(x²) + ε),
//           where the root is applied to the finished sum
// y         as epilogue.cuh; GATED: n = 2·inner, y[r][i] = act(gate_i) · up_i, bf16
// grid      (≤ ⌈units / 2⌉, splits), blocks of 512. A unit is 16 weight rows (GATED: 8 of gate and 8 of up), which a team of eight warps
//           shares, 256 columns at a time, through a ring of copies in shared memory. blockIdx.y takes a slice of the columns; the last block
//           adds the slices in order, so results do not depend on timing
// operands  x becomes 16-bit integers, a scale for each 256 columns: 256 · h + l with signed bytes h and l, which are two of the eight columns that
//           the instruction multiplies anyway. Quants are bytes as they are. So sums of products are exact; what is rounded is x, to 2^-16 of
//           the largest of 256. Minima of Q4_K times the sums of x are a product of their own, of means of x in 16 bits
// estimate  132 multiprocessors issue 4 · 1.7·10^9 instructions of 32 lanes a second, 9.4 for a byte of 3.05 TB/s and a lane. A lane has here, for 32 columns
//           of two rows: Q4_K 6 to unpack, 1 product, 6 for the scales, 1 for x = 14 of 8 bytes, with copies 2.2 a byte; Q8_0 0.8.
//           Widened to bf16 it is 5.6 (Q4_K). What is left is latency: of x, of its quantization and of the last sums, 3 µs a product
// measured  H100, share of the memory limit, one row of 4,096 columns and many rows of W: q8_0 96 %, q4_k 92 %; error against the twin 2e-5 and 2e-4. One row
//           is onerow.cuh's where it has whole units
// twin      plain.cu; ScalarMath.linear
#pragma once
#include "copies.cuh"

// Eight columns of a row of x, those beyond k zero.
__device__ __forceinline__ void readEight(const Input& in, size_t row, int k, int column, float (&v)[8]) {
    if (column >= k) {
#pragma unroll
        for (int j = 0; j < 8; j++) v[j] = 0;
        return;
    }
    size_t at = row * stride(k) + column;
    if (in.kind == 0) read8(static_cast<const float*>(in.x) + at, v);
    else read8(static_cast<const bf16*>(in.x) + at, v);
    if (column + 8 <= k) return;
#pragma unroll
    for (int j = 0; j < 8; j++) {
        if (column + j >= k) v[j] = 0;
    }
}
__device__ __forceinline__ void readGains(const Input& in, int k, int column, float (&g)[8]) {
    if (column + 8 <= k) {
        read8(in.gain + column, g);
#pragma unroll
        for (int j = 0; j < 8; j++) g[j] += in.offset;
        return;
    }
#pragma unroll
    for (int j = 0; j < 8; j++) g[j] = column + j < k ? in.offset + in.gain[column + j] : 0;
}

// The larger, or NaN.
__device__ __forceinline__ float larger(float a, float b) {
    float v;
    asm("max.NaN.f32 %0, %1, %2;" : "=f"(v) : "f"(a), "f"(b));
    return v;
}
__device__ __forceinline__ float reciprocal(float v) {
    float r;
    asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(r) : "f"(v));
    return r;
}

// A lane's eight columns of a warp's span as bytes into shared memory. A number that is none makes all of the span's sums none.
template <Format F>
__device__ __forceinline__ void quantize(const float (&v)[8], const Staged<F>& shared, int row, int span) {
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
        total += q[j] - __float_as_uint(INTEGERS + 128);
    }
    uint8_t* to = shared.x + (span * 8 + lane / 4) * shared.rows * 64 + row * 64;
    // In the order of a word's even nibbles, then of its odd ones; bytes in their own.
    constexpr bool BYTES = F == Q8_0;
    unsigned a = permute(q[0], q[BYTES ? 1 : 4], 0x5410), b = permute(q[BYTES ? 2 : 1], q[BYTES ? 3 : 5], 0x5410);
    unsigned c = permute(q[BYTES ? 4 : 2], q[BYTES ? 5 : 6], 0x5410), d = permute(q[BYTES ? 6 : 3], q[7], 0x5410);
    *reinterpret_cast<uint2*>(to + lane % 4 * 8) = make_uint2(permute(a, b, 0x7531), permute(c, d, 0x7531));
    *reinterpret_cast<uint2*>(to + 32 + lane % 4 * 8) = make_uint2(permute(a, b, 0x6420) ^ 0x80808080u, permute(c, d, 0x6420) ^ 0x80808080u);
    if constexpr (F == Q4_K) {
        for (int lanes = 1; lanes < 4; lanes *= 2) total += __shfl_xor_sync(~0u, total, lanes);
        int mean = (static_cast<int>(total) + 16) / 32;
        uint8_t* at = shared.means + (span * shared.rows + row) * 32 + lane / 4;
        if (lane % 4 == 0) {
            at[0] = static_cast<uint8_t>(mean + 128 >> 8);
            at[16] = static_cast<uint8_t>(mean);
        }
    }
    if (lane == 0) shared.steps[span * shared.rows + row] = largest <= TINY ? 0 : unit;
}

// x, times its gain, into shared memory: spans [first, first + spans).
template <Format F>
__device__ __forceinline__ void stageIntegers(const Input& in, const Staged<F>& shared, int k, int first, int spans) {
    constexpr int AHEAD = 4;
    int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
    int all = padded(k) / SPAN;
    int begin = in.gain ? 0 : first, count = in.gain ? all : spans;
    // This warp's spans, row after row.
    struct Task {
        int row, span;
    };
    auto next = [=](Task task) {
        task.span += WARPS;
        while (task.span >= count) task.span -= count, task.row++;
        return task;
    };
    Task task = next(Task{0, warp - WARPS});
    while (task.row < shared.rows) {
        float v[AHEAD][8], gain[AHEAD][8];
        Task tasks[AHEAD];
#pragma unroll
        for (int i = 0; i < AHEAD; i++, task = next(task)) {
            tasks[i] = task;
            if (task.row >= shared.rows) continue;
            int column = (begin + task.span) * SPAN + lane * 8, row = task.row;
            readEight(in, in.gather ? in.gather[row] : row, k, column, v[i]);
            if (in.gain) readGains(in, k, column, gain[i]);
        }
#pragma unroll
        for (int i = 0; i < AHEAD; i++) {
            int row = tasks[i].row, span = begin + tasks[i].span;
            if (row >= shared.rows) continue;
            if (in.gain) {
                float squares = 0;
#pragma unroll
                for (int j = 0; j < 8; j++) squares += v[i][j] * v[i][j], v[i][j] *= gain[i][j];
                squares = warpSum(squares);
                if (lane == 0) shared.squares[row * all + span] = squares;
            }
            if (span >= first && span < first + spans) quantize<F>(v[i], shared, row, span - first);
        }
    }
}

template <Format F>
__device__ __forceinline__ void linearIntegers(const uint8_t* w, const uint8_t* meta, const float* bias, Input in, Epilogue e, int rows, int n, int k,
        float* partial, unsigned* arrived) {
    extern __shared__ __align__(128) uint8_t memory[];
    __shared__ unsigned long long best[ROWS];
    __shared__ float roots[ROWS];
    __shared__ bool last;
    int lane = threadIdx.x % 32, warp = threadIdx.x / 32, g = lane / 4, t = lane % 4;
    int team = warp / TEAM;
    int all = padded(k) / SPAN;
    int slice = (all + gridDim.y - 1) / gridDim.y, first = blockIdx.y * slice;
    int spans = ::max(0, ::min(slice, all - first));
    Staged<F> shared(memory, rows, slice);
    bool gated = e.mode == GATED;
    int outputs = gated ? n / 2 : n, each = gated ? UNIT / 2 : UNIT;
    int units = (outputs + each - 1) / each;
    int step = gridDim.x * TEAMS;  // units between those of a team

    uint8_t* slots = shared.ring + warp * stages<F>() * slotBytes<F>();
    Weights<F> weights{w, meta, outputs, each, units, k, first, spans, step, gated};
    Copies<F> copies(weights, slots);
#pragma unroll
    for (int slot = 0; slot < stages<F>(); slot++) copies.start(weights, slot);
    awaitPrevious();
    stageIntegers<F>(in, shared, k, first, spans);
    if (threadIdx.x < ROWS) best[threadIdx.x] = 0;
    __syncthreads();
    launchDependents();  // only now, because the next kernel's copies of weights would delay x
    for (int row = warp; row < rows; row += WARPS) {
        float squares = 0;
        if (in.gain) {
            for (int span = lane; span < all; span += 32) squares += shared.squares[row * all + span];
            squares = warpSum(squares);
        }
        if (lane == 0) roots[row] = in.gain ? 1 / sqrtf(squares / k + in.epsilon) : 1;
    }

    // Ends output m of a unit for a row; `total` has its sum, or another output's of the unit.
    auto emit = [&](int unit, int row, int m, auto total) {
        int column = unit * each + m;
        bool inside = m < each && column < outputs;
        float v = inside ? total(m) * roots[row] + (bias ? bias[column] : 0) : 0;
        if (gated) {
            if (!inside) return;
            float up = total(m + UNIT / 2) * roots[row] + (bias ? bias[outputs + column] : 0);
            put(static_cast<bf16*>(e.y) + size_t(row) * e.yStride + column, activate(e.activation, v) * up);
        } else if (e.mode == LOGITS && e.best) {
            float logit = softCapped(e.scale * v, e.softCap);
            if (inside) static_cast<float*>(e.y)[size_t(row) * e.yStride + column] = logit;
            unsigned long long mine = inside ? candidate(logit, column) : 0;
            // Sixteen lanes have a unit's.
            unsigned active = 0xffffu << lane / 16 * 16;
            for (int lanes = 8; lanes > 0; lanes /= 2) mine = ::max(mine, __shfl_xor_sync(active, mine, lanes));
            if (m == 0) atomicMax(best + row, mine);
        } else if (inside) {
            finish(e, row, column, v);
        }
    };
    auto sliceSums = [&](int unit, int y) { return partial + (size_t(y) * units + unit) * UNIT * ROWS; };

    int slot = 0;
    for (int round = blockIdx.x * TEAMS; round < units; round += ROUND * step) {
        for (int held = 0; held < ROUND; held++) {
            if (round + held * step + team >= units) break;
            float sum[2] = {};
            for (int span = warp % TEAM; span < spans; span += TEAM) {
                awaitCopies<stages<F>() - 1>();
                __syncwarp();
                accumulate<F>(sum, WeightRows<F>{slots + slot * slotBytes<F>(), g, t},
                    Spans{shared.x + span * rows * 512, shared.means + span * rows * 32, shared.steps + span * rows, rows, g, t});
                __syncwarp();
                copies.start(weights, slot);
                slot = slot + 1 == stages<F>() ? 0 : slot + 1;
            }
            float* mine = shared.sums + (held * WARPS + warp) * rows * UNIT;
            if (t < rows) mine[t * UNIT + g] = sum[0], mine[t * UNIT + g + 8] = sum[1];
        }
        __syncthreads();
        for (int at = threadIdx.x; at < ROUND * TEAMS * ROWS * UNIT; at += WARPS * 32) {
            int m = at % UNIT, row = at / UNIT % ROWS, of = at / UNIT / ROWS % TEAMS, held = at / UNIT / ROWS / TEAMS;
            int unit = round + held * step + of;
            if (row >= rows || unit >= units) continue;
            auto total = [&](int m) {
                float v = 0;
#pragma unroll
                for (int member = 0; member < TEAM; member++) v += shared.sums[((held * WARPS + of * TEAM + member) * rows + row) * UNIT + m];
                return v;
            };
            if (gridDim.y == 1) emit(unit, row, m, total);
            else sliceSums(unit, blockIdx.y)[row * UNIT + m] = total(m);
        }
        __syncthreads();
    }
    if (gridDim.y > 1) {
        // The last of the slices' blocks adds them up, in their order.
        __threadfence();
        __syncthreads();
        if (threadIdx.x == 0) {
            unsigned* counter = arrived + blockIdx.x;
            last = atomicAdd(counter, 1) == gridDim.y - 1;
            if (last) *counter = 0;
        }
        __syncthreads();
        if (!last) return;
        __threadfence();
        for (int round = blockIdx.x * TEAMS; round < units; round += step) {
            for (int at = threadIdx.x; at < TEAMS * ROWS * UNIT; at += WARPS * 32) {
                int m = at % UNIT, row = at / UNIT % ROWS, unit = round + at / UNIT / ROWS;
                if (row >= rows || unit >= units) continue;
                emit(unit, row, m, [&](int m) {
                    float v = 0;
#pragma unroll 4
                    for (int y = 0; y < gridDim.y; y++) v += __ldcg(sliceSums(unit, y) + row * UNIT + m);
                    return v;
                });
            }
        }
    }
    if (e.mode != LOGITS || !e.best) return;
    __syncthreads();
    if (threadIdx.x < rows && best[threadIdx.x]) atomicMax(e.best + threadIdx.x, best[threadIdx.x]);
}

#define DEFINE_INTEGERS(F, name) \
    extern "C" __global__ void __launch_bounds__(WARPS * 32) linear_##name##_4(const void* w, const void* meta, const float* bias, const void* x, int xKind, \
            const float* gain, float offset, float epsilon, const int* gather, const int4*, void* y, int yStride, int mode, int activation, \
            float scale, float softCap, int rows, int n, int k, unsigned long long* best, float* partial, unsigned* arrived, int) { \
        linearIntegers<F>(static_cast<const uint8_t*>(w), static_cast<const uint8_t*>(meta), bias, Input{x, xKind, gain, offset, epsilon, gather}, \
                Epilogue{y, yStride, mode, activation, scale, softCap, best}, rows, n, k, partial, arrived); \
    }
