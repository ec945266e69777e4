// linear_<format>_<N>: y = epilogue(W · in(x) + bias) for up to N (2, 8 or 16) rows, with tensor cores: the products of decoding, bound by reading W once.
//
// W         [n, k] of the format; experts: n rows each, stacked
// x         f32 or bf16 [rows, stride(k)], row r is gather[r] if given; with `gain`, RMS-normalized: x · (offset + gain) / √(mean(x²) + ε),
//           where the root is applied to the finished sum
// y         as epilogue.cuh; GATED: n = 2·inner, y[r][i] = act(gate_i) · up_i, bf16
// roots, next  as in prepared.cuh
// groups    tiles of experts.cu: blockIdx.z picks one
// grid      (≤ units, splits, groups or 1), blocks of 256 for N = 2, two of them on a multiprocessor, or 512. A unit is 16 weight rows (GATED: 8 of
//           gate and 8 of up). A block takes every gridDim.x-th unit; its warps share the columns, 128 at a time, and add up in shared memory.
//           blockIdx.y takes a slice of the columns; the last block to finish a unit adds the slices in order, so results do not depend on timing.
// operands  bf16 activations times weights widened in registers (quants are exact in bf16; scales apply to f32 sums of 32 or 16), f32 sums
// twin      plain.cu; ScalarMath.linear
// measured  share of the memory limit on an H100, k = 4096, for 1, 8 and 16 rows: bf16 99, 94, 89 %; f16 95, 93, 88 %; q8_0 -, 84, 72 %;
//           q6_k 68, 60, 51 %; q4_0 65, 62, 44 %; q4_k -, 46, 37 %; nf4 47, 41, 36 % (bound by unpacking; one row as integers.cuh)
#pragma once
#include "epilogue.cuh"
#include "fragments.cuh"
#include "prepared.cuh"

constexpr int PIECE = 128;        // columns
constexpr int OUTPUT_PITCH = 20;  // floats between the sums of two rows of x: 16 and 4 against bank conflicts

// Pieces that a warp has on their way, in registers: with sixteen warps on a multiprocessor 64 KiB, enough to cover the memory's latency. The next kernel's
// blocks load theirs before they wait for this kernel's end.
template <Format F>
__host__ __device__ constexpr int depth() {
    return F == BF16 || F == F16 || F == Q6_K ? 2 : F == Q8_0 ? 3 : 4;
}

// Formats that are multiplied with an offset, for which the sums of x's blocks make up.
template <Format F>
__host__ __device__ constexpr bool needsSums() {
    return F == Q4_0 || F == Q4_K;
}

struct Input {
    const void* x;
    int kind;  // 0 f32, 1 bf16
    const float* gain;
    float offset, epsilon;
    const int* gather;
    Roots roots;
};

// Shared memory of a block, in this order.
template <Format F, int N, int WARPS>
struct Shared {
    uint8_t* x;      // [rows] of bf16 columns, `pitch` bytes apart
    float* sums;     // [columns / 32][N], sums of x's blocks, for some formats
    float* partial;  // [warps][N · OUTPUT_PITCH]
    float* squares;  // [N][warps], parts of each row's sum of squares
    float* scale;    // [N · 16], 1 / rms of a sum's row, kept by the thread that finishes the sum
    int pitch;
    __device__ Shared(uint8_t* base, int rows, int columns) {
        pitch = columns * 2 + 64;
        x = base;
        sums = reinterpret_cast<float*>(x + rows * pitch);
        partial = sums + (needsSums<F>() ? columns / 32 * N : 0);
        squares = partial + WARPS * N * OUTPUT_PITCH;
        scale = squares + N * WARPS;
    }
};

__device__ __forceinline__ float sumOfPair(unsigned pair) {
    float2 v = __bfloat1622float2(*reinterpret_cast<__nv_bfloat162*>(&pair));
    return v.x + v.y;
}

__device__ __forceinline__ float4 read4(const Input& in, size_t row, int k, int i) {
    if (i >= k) return make_float4(0, 0, 0, 0);
    float4 v;
    if (in.kind == 0) {
        v = *reinterpret_cast<const float4*>(static_cast<const float*>(in.x) + row * stride(k) + i);
    } else {
        uint2 pairs = *reinterpret_cast<const uint2*>(static_cast<const bf16*>(in.x) + row * stride(k) + i);
        float2 low = __bfloat1622float2(*reinterpret_cast<__nv_bfloat162*>(&pairs.x));
        float2 high = __bfloat1622float2(*reinterpret_cast<__nv_bfloat162*>(&pairs.y));
        v = make_float4(low.x, low.y, high.x, high.y);
    }
    if (i + 1 >= k) v.y = 0;
    if (i + 2 >= k) v.z = 0;
    if (i + 3 >= k) v.w = 0;
    return v;
}

__device__ __forceinline__ float4 gains(const Input& in, int k, int i) {
    float g[4];
#pragma unroll
    for (int j = 0; j < 4; j++) g[j] = i + j < k ? in.offset + in.gain[i + j] : 0;
    return make_float4(g[0], g[1], g[2], g[3]);
}

// Place of four columns of x in shared memory, as the quads of `Columns` take them.
template <Format F>
__device__ __forceinline__ int placeOfFour(int four) {
    return F == Q6_K ? four / 8 * 8 + four % 4 * 2 + four % 8 / 4 : four;
}

// x, times its gain, as bf16 into shared memory: columns [from, from + columns) of `ROWS` rows at a time, all loads of a thread's `CHUNKS` on their way
// together. Columns beyond k are zero.
template <Format F, int N, int WARPS, int ROWS, int CHUNKS>
__device__ __forceinline__ void stageFloats(const Input& in, const Shared<F, N, WARPS>& shared, int rows, int firstRow, int k, int from, int columns) {
    int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
    constexpr int STEP = WARPS * 32 * 4;
    int begin = in.gain ? 0 : from;
    int end = in.gain ? ::max(padded(k), from + columns) : from + columns;
    for (int first = 0; first < rows; first += ROWS) {
        float squares[ROWS] = {};
        for (int base = begin + threadIdx.x * 4; base < end; base += CHUNKS * STEP) {
            float4 v[CHUNKS][ROWS], gain[CHUNKS];
#pragma unroll
            for (int chunk = 0; chunk < CHUNKS; chunk++) {
                int i = base + chunk * STEP;
                gain[chunk] = in.gain && i < end ? gains(in, k, i) : make_float4(1, 1, 1, 1);
#pragma unroll
                for (int j = 0; j < ROWS; j++) {
                    int r = first + j;
                    v[chunk][j] = r < rows && i < end ? read4(in, in.gather ? in.gather[firstRow + r] : firstRow + r, k, i) : make_float4(0, 0, 0, 0);
                }
            }
#pragma unroll
            for (int chunk = 0; chunk < CHUNKS; chunk++) {
                int i = base + chunk * STEP;
#pragma unroll
                for (int j = 0; j < ROWS; j++) {
                    float4 x = v[chunk][j], g = gain[chunk];
                    squares[j] += x.x * x.x + x.y * x.y + x.z * x.z + x.w * x.w;
                    if (first + j >= rows || i < from || i >= from + columns) continue;
                    *reinterpret_cast<uint2*>(shared.x + (first + j) * shared.pitch + placeOfFour<F>((i - from) / 4) * 8) =
                        make_uint2(pack(x.x * g.x, x.y * g.y), pack(x.z * g.z, x.w * g.w));
                }
            }
        }
        if (!in.gain) continue;
#pragma unroll
        for (int j = 0; j < ROWS; j++) {
            float sum = warpSum(squares[j]);
            if (lane == 0 && first + j < rows) shared.squares[(first + j) * WARPS + warp] = sum;
        }
    }
}

// The product before has them by parts.
template <Format F, int N, int WARPS>
__device__ __forceinline__ void takeSquares(const Roots& roots, const Shared<F, N, WARPS>& shared) {
    int lane = threadIdx.x % 32, row = threadIdx.x % N;
    float sum = 0;
#pragma unroll 4
    for (int part = threadIdx.x / N; part < roots.parts; part += WARPS * 32 / N) sum += __ldcg(roots.squares + part * ROOT_ROWS + row);
    for (int lanes = N; lanes < 32; lanes *= 2) sum += __shfl_xor_sync(~0u, sum, lanes);
    if (lane < N) shared.squares[row * WARPS + threadIdx.x / 32] = sum;
}

// Where each warp stages bf16 rows' columns that it multiplies itself, and waits for no other warp. With few rows it is sooner done together, and Q4_K has
// no registers left for it.
template <Format F, int WARPS>
__host__ __device__ constexpr bool stagesAlone() {
    return WARPS == 16 && F != Q4_K;
}

// Columns that a warp multiplies, and no other warp of the block: `width` of them in each of `rounds`, all warps' between.
struct Own {
    int columns, width, rounds;
};

// Some columns of a row of x, bf16, as they are and without a register between.
template <Format F>
struct Halves {
    static constexpr int BYTES = F == Q6_K ? 8 : 16;
    static constexpr int EACH = BYTES / 2;
    template <typename Shared>
    static __device__ __forceinline__ void copy(const Input& in, const Shared& shared, int firstRow, int k, int from, int r, int column) {
        const bf16* row = static_cast<const bf16*>(in.x) + size_t(in.gather ? in.gather[firstRow + r] : firstRow + r) * stride(k);
        int valid = ::min(::max(k - from - column, 0), EACH) * 2;
        copyAsync<BYTES>(shared.x + r * shared.pitch + placeOfFour<F>(column / 4) * 8, row + (valid ? from + column : 0), valid);
    }
};

// All of a block stage all rows.
template <Format F, int N, int WARPS>
__device__ __forceinline__ void stageHalves(const Input& in, const Shared<F, N, WARPS>& shared, int rows, int firstRow, int k, int from, int columns) {
    using Halves = Halves<F>;
    for (int r = 0; r < rows; r++) {
        for (int i = threadIdx.x * Halves::EACH; i < columns; i += WARPS * 32 * Halves::EACH) Halves::copy(in, shared, firstRow, k, from, r, i);
    }
    commitCopies();
}

// Sums of x's blocks of 32 columns in [first, first + columns), by threads of which this is `thread`.
template <Format F, int N, int WARPS>
__device__ __forceinline__ void sumBlocks(const Shared<F, N, WARPS>& shared, int rows, int first, int columns, int thread, int threads) {
    for (int i = thread; i < rows * (columns / 32); i += threads) {
        int r = i % rows, block = first / 32 + i / rows;
        float sum = 0;
#pragma unroll
        for (int j = 0; j < 4; j++) {
            uint4 eight = *reinterpret_cast<const uint4*>(shared.x + r * shared.pitch + block * 64 + j * 16);
            sum += sumOfPair(eight.x) + sumOfPair(eight.y) + sumOfPair(eight.z) + sumOfPair(eight.w);
        }
        shared.sums[block * N + r] = sum;
    }
}

// A warp stages its own columns: those of its first round are there then, the others once no copy is on its way, or all where they are summed.
template <Format F, int N, int WARPS>
__device__ __forceinline__ void stageOwn(const Input& in, const Shared<F, N, WARPS>& shared, int rows, int firstRow, int k, int from, Own own) {
    using Halves = Halves<F>;
    int each = own.width / Halves::EACH, shift = 31 - __clz(each);
    for (int round = 0; round < own.rounds; round++) {
        int first = (round * WARPS + threadIdx.x / 32) * own.width;
        if (first < own.columns) {
            for (int i = threadIdx.x % 32; i < rows << shift; i += 32) {
                Halves::copy(in, shared, firstRow, k, from, i >> shift, first + (i & (each - 1)) * Halves::EACH);
            }
        }
        if (round == 0) commitCopies();
    }
    commitCopies();
    if (in.roots.squares) takeSquares(in.roots, shared);
    awaitCopies<needsSums<F>() ? 0 : 1>();
    __syncwarp();
    if constexpr (needsSums<F>()) {
        for (int first = threadIdx.x / 32 * own.width; first < own.columns; first += WARPS * own.width) {
            sumBlocks(shared, rows, first, own.width, threadIdx.x % 32, 32);
        }
        __syncwarp();
    }
}

template <Format F, int N, int WARPS>
__device__ __forceinline__ void stage(const Input& in, const Shared<F, N, WARPS>& shared, int rows, int firstRow, int k, int from, int columns) {
    if (!stagesAlone<F, WARPS>() && in.kind == 1 && !in.gain) {
        stageHalves<F, N, WARPS>(in, shared, rows, firstRow, k, from, columns);
        if (in.roots.squares) takeSquares(in.roots, shared);
        awaitCopies<0>();
    } else if (WARPS == 16) stageFloats<F, N, WARPS, 8, 1>(in, shared, rows, firstRow, k, from, columns);
    else if (rows == 1) stageFloats<F, N, WARPS, 1, 4>(in, shared, rows, firstRow, k, from, columns);
    else stageFloats<F, N, WARPS, 2, 2>(in, shared, rows, firstRow, k, from, columns);
    __syncthreads();
    if constexpr (needsSums<F>()) {
        sumBlocks(shared, rows, 0, columns, threadIdx.x, WARPS * 32);
        __syncthreads();
    }
}

// acc += two rows' columns times x, for each of N/8 tiles of eight rows of x.
template <Format F, int N, int WARPS>
__device__ __forceinline__ void multiply(float (&acc)[N / 8][4], const Columns<F>& low, const Columns<F>& high, const Shared<F, N, WARPS>& shared,
        int rows, int column, int g, int t) {
    Scales<F> lowScales(low, t), highScales(high, t);
#pragma unroll
    for (int b = 0; b < PIECE / 32; b++) {
        uint4 a = low.fragment(b), c = high.fragment(b);
#pragma unroll
        for (int tile = 0; tile < N / 8; tile++) {
            int row = tile * 8 + g;
            uint4 x = row < rows ? *reinterpret_cast<const uint4*>(shared.x + row * shared.pitch + (column + 32 * b) * 2 + t * 16)
                                 : make_uint4(0, 0, 0, 0);
            float(&sum)[4] = acc[tile];
            if constexpr (!Columns<F>::scaled) {
                mma(sum, a.x, c.x, a.y, c.y, x.x, x.y);
                mma(sum, a.z, c.z, a.w, c.w, x.z, x.w);
            } else {
                float first[4] = {}, second[4] = {};
                mma(first, a.x, c.x, a.y, c.y, x.x, x.y);
                mma(F == Q6_K ? second : first, a.z, c.z, a.w, c.w, x.z, x.w);
                float2 total = make_float2(0, 0);
                if constexpr (needsSums<F>()) total = *reinterpret_cast<const float2*>(shared.sums + (column / 32 + b) * N + tile * 8 + 2 * t);
#pragma unroll
                for (int i = 0; i < 4; i++) {
                    const Scales<F>& own = i < 2 ? lowScales : highScales;
                    sum[i] += own.scale(b, 0) * first[i];
                    if constexpr (F == Q6_K) sum[i] += own.scale(b, 1) * second[i];
                    if constexpr (needsSums<F>()) sum[i] -= own.offset(b) * (i % 2 ? total.y : total.x);
                }
            }
        }
    }
}

// Which weight rows make a unit.
template <bool FEW>
struct Units {
    int outputs;  // of the product
    int each;     // outputs of a unit
    int count;
    bool halves;  // eight rows, twice the columns at a time

    __device__ Units(bool gated, int n, int blocks) {
        outputs = gated ? n / 2 : n;
        int sixteens = (outputs + 15) / 16, eights = (outputs + 7) / 8;
        // Units of eight rows where sixteen would leave blocks without work.
        halves = FEW && !gated && sixteens < blocks;
        each = gated || halves ? 8 : 16;
        count = gated || halves ? eights : sixteens;
    }
};

template <Format F, int N, int WARPS>
__device__ __forceinline__ void linear(const uint8_t* w, const uint8_t* meta, const float* bias, Input in, const int4* groups, Epilogue e, Next next,
        int rows, int n, int k, float* partial, unsigned* arrived) {
    extern __shared__ __align__(128) uint8_t memory[];
    __shared__ bool last;
    launchDependents();
    int lane = threadIdx.x % 32, warp = threadIdx.x / 32, g = lane / 4, t = lane % 4;
    constexpr int AHEAD = depth<F>();
    int columns = (padded(k) / 256 + gridDim.y - 1) / gridDim.y * 256;
    int from = blockIdx.y * columns;
    constexpr int THREADS = WARPS * 32;
    Shared<F, N, WARPS> shared(memory, rows, columns);
    int firstRow = 0;
    if (groups) {
        awaitPrevious();
        int4 group = groups[blockIdx.z];
        if (group.z == 0) return;
        w += size_t(group.x) * n * rowBytes<F>(k);
        meta += size_t(group.x) * n * metaBytes<F>(k);
        firstRow = group.y;
        rows = group.z;
    }
    bool gated = e.mode == GATED;
    Units<N == 8> units(gated, n, gridDim.x);
    int width = units.halves ? 2 * PIECE : PIECE;  // columns that a warp takes at a time
    int pieces = ::max(0, ::min(columns, padded(k) - from)) / width;
    int rounds = ::max(1, (pieces + WARPS - 1) / WARPS);  // an empty slice still counts as arrived

    Columns<F> low[AHEAD], high[AHEAD];
    int loadUnit = blockIdx.x, loadPiece = warp;
    auto load = [&](int slot) {
        if (loadUnit < units.count && loadPiece < pieces) {
            size_t top = ::min(loadUnit * units.each + g, units.outputs - 1);
            size_t bottom = units.halves ? top : gated ? units.outputs + top : ::min(loadUnit * 16 + 8 + g, n - 1);
            int column = from + loadPiece * width;
            low[slot].load(w + top * rowBytes<F>(k), meta + top * metaBytes<F>(k), column, t, k);
            high[slot].load(w + bottom * rowBytes<F>(k), meta + bottom * metaBytes<F>(k), units.halves ? column + PIECE : column, t, k);
        }
        loadPiece += WARPS;
        if (loadPiece >= rounds * WARPS) {
            loadPiece = warp;
            loadUnit += gridDim.x;
        }
    };
#pragma unroll
    for (int slot = 0; slot < AHEAD; slot++) load(slot);
    if (!groups) awaitPrevious();
    if (stagesAlone<F, WARPS>() && in.kind == 1 && !in.gain) {
        stageOwn<F, N, WARPS>(in, shared, rows, firstRow, k, from, Own{pieces * width, width, rounds});
    } else {
        stage<F, N, WARPS>(in, shared, rows, firstRow, k, from, columns);
    }

    constexpr int OWN = (N * 16 + THREADS - 1) / THREADS;  // sums of a unit that a thread finishes
    unsigned long long best[OWN] = {};
    float old[OWN], gain[OWN], squares[OWN] = {};
    // By which a row's sums are multiplied, once its squares are there.
    auto readScales = [&] {
        bool normed = in.gain || in.roots.squares;
        float epsilon = in.gain ? in.epsilon : in.roots.epsilon;
#pragma unroll
        for (int own = 0; own < OWN; own++) {
            int at = threadIdx.x + own * THREADS, row = at / 16;
            if (row >= rows) continue;
            float sum = 0;
#pragma unroll
            for (int w = 0; w < WARPS; w++) sum += normed ? shared.squares[row * WARPS + w] : 0;
            shared.scale[at] = normed ? 1 / sqrtf(sum / k + epsilon) : 1;
        }
    };
    // What is there before a unit's sums are added, for the next product.
    auto readOld = [&](int unit) {
        if (!next.x) return;
#pragma unroll
        for (int own = 0; own < OWN; own++) {
            int at = threadIdx.x + own * THREADS, row = at / 16, m = at % 16, column = unit * units.each + m;
            if (row >= rows || m >= units.each || column >= units.outputs) continue;
            old[own] = __ldcg(static_cast<const float*>(e.y) + size_t(row) * e.yStride + column);
            gain[own] = next.offset + next.gain[column];
        }
    };
    // Sum `at` of a unit, of all warps: row of x at / 16, weight row at % 16.
    auto share = [&](int at) {
        float v = 0;
#pragma unroll
        for (int other = 0; other < WARPS; other++) v += shared.partial[other * N * OUTPUT_PITCH + at / 16 * OUTPUT_PITCH + at % 16];
        return v;
    };
    auto emit = [&](int unit, auto total) {
#pragma unroll
        for (int own = 0; own < OWN; own++) {
            int at = threadIdx.x + own * THREADS;
            int row = at / 16, m = at % 16, column = unit * units.each + m;
            if (row >= rows || m >= units.each || column >= units.outputs) continue;
            float v = total(at) * shared.scale[at] + (bias ? bias[column] : 0);
            if (gated) {
                float up = total(at + 8) * shared.scale[at] + (bias ? bias[units.outputs + column] : 0);
                put(static_cast<bf16*>(e.y) + size_t(firstRow + row) * e.yStride + column, activate(e.activation, v) * up);
            } else if (e.mode == LOGITS && e.best) {
                float logit = softCapped(e.scale * v, e.softCap);
                static_cast<float*>(e.y)[size_t(row) * e.yStride + column] = logit;
                best[own] = ::max(best[own], candidate(logit, column));
            } else if (next.x) {
                size_t to = size_t(row) * e.yStride + column;
                float x = old[own] + e.scale * v;
                static_cast<float*>(e.y)[to] = x;
                put(next.x + to, x * gain[own]);
                squares[own] += x * x;
            } else {
                finish(e, firstRow + row, column, v);
            }
        }
    };
    auto slice = [&](int unit, int y) { return partial + ((size_t(blockIdx.z) * gridDim.y + y) * units.count + unit) * 16 * N; };

    float acc[N / 8][4] = {};
    int piece = warp, unit = blockIdx.x;
    auto finishUnit = [&] {
        float* mine = shared.partial + warp * N * OUTPUT_PITCH;
#pragma unroll
        for (int tile = 0; tile < N / 8; tile++) {
#pragma unroll
            for (int i = 0; i < 4; i++) {
                mine[(tile * 8 + 2 * t + i % 2) * OUTPUT_PITCH + g + i / 2 * 8] = acc[tile][i];
                acc[tile][i] = 0;
            }
        }
        __syncthreads();
        if (unit == blockIdx.x) readScales();
        if (gridDim.y == 1) {
            emit(unit, share);
        } else {
            float* to = slice(unit, blockIdx.y);
            for (int at = threadIdx.x; at < 16 * N; at += THREADS) to[at] = share(at);
        }
        __syncthreads();
        piece = warp;
        unit += gridDim.x;
        if (gridDim.y == 1) readOld(unit);
    };
    if (gridDim.y == 1) readOld(unit);
    while (unit < units.count) {
#pragma unroll
        for (int slot = 0; slot < AHEAD; slot++) {
            if (unit >= units.count) break;
            if (piece < pieces) {
                int column = piece * width;
                if (N == 8 && units.halves) {
                    multiply<F, N, WARPS>(acc, low[slot], low[slot], shared, rows, column, g, t);
                    multiply<F, N, WARPS>(acc, high[slot], high[slot], shared, rows, column + PIECE, g, t);
                } else {
                    multiply<F, N, WARPS>(acc, low[slot], high[slot], shared, rows, column, g, t);
                }
            }
            if (stagesAlone<F, WARPS>() && unit == blockIdx.x && piece == warp) {
                awaitCopies<0>();  // what a warp staged of later rounds
                __syncwarp();
            }
            load(slot);
            piece += WARPS;
            if (piece >= rounds * WARPS) finishUnit();
        }
    }
    if (gridDim.y > 1) {
        // The last of the slices' blocks adds them up, in their order.
        __threadfence();
        __syncthreads();
        if (threadIdx.x == 0) {
            unsigned* counter = arrived + blockIdx.z * gridDim.x + blockIdx.x;
            last = atomicAdd(counter, 1) == gridDim.y - 1;
            if (last) *counter = 0;
        }
        __syncthreads();
        if (!last) return;
        __threadfence();
        for (int unit = blockIdx.x; unit < units.count; unit += gridDim.x) {
            readOld(unit);
            emit(unit, [&](int at) {
                float v = 0;
#pragma unroll 4
                for (int y = 0; y < gridDim.y; y++) v += __ldcg(slice(unit, y) + at);
                return v;
            });
        }
    }
    if (next.x) {
        // Sixteen threads have one row's columns.
#pragma unroll
        for (int own = 0; own < OWN; own++) {
            for (int lanes = 8; lanes > 0; lanes /= 2) squares[own] += __shfl_xor_sync(~0u, squares[own], lanes);
            int row = (threadIdx.x + own * THREADS) / 16;
            if (threadIdx.x % 16 == 0 && row < rows) next.squares[blockIdx.x * ROOT_ROWS + row] = squares[own];
        }
    }
    if (e.mode != LOGITS || !e.best) return;
    // Sixteen lanes have one row's candidates.
#pragma unroll
    for (int own = 0; own < OWN; own++) {
        for (int lanes = 8; lanes > 0; lanes /= 2) best[own] = ::max(best[own], __shfl_xor_sync(~0u, best[own], lanes));
        int row = (threadIdx.x + own * THREADS) / 16;
        if (threadIdx.x % 16 == 0 && row < rows && best[own]) atomicMax(e.best + row, best[own]);
    }
}

#define DEFINE_LINEAR(F, name, ROWS, N, WARPS) \
    extern "C" __global__ void __launch_bounds__(WARPS * 32, 16 / WARPS) linear_##name##_##ROWS(const void* w, const void* meta, const float* bias, const void* x, \
            int xKind, const float* gain, float offset, float epsilon, const int* gather, const int4* groups, void* y, int yStride, int mode, \
            int activation, float scale, float softCap, int rows, int n, int k, unsigned long long* best, float* partial, unsigned* arrived, \
            int splits, const float* squares, int parts, float rootEpsilon, bf16* nextX, const float* nextGain, float* nextSquares, float nextOffset) { \
        linear<F, N, WARPS>(static_cast<const uint8_t*>(w), static_cast<const uint8_t*>(meta), bias, \
                Input{x, xKind, gain, offset, epsilon, gather, Roots{squares, parts, rootEpsilon}}, groups, \
                Epilogue{y, yStride, mode, activation, scale, softCap, best}, Next{nextX, nextGain, nextSquares, nextOffset}, rows, n, k, partial, \
                arrived); \
    }
#define DEFINE_LINEARS(F, name) DEFINE_LINEAR(F, name, 2, 8, 8) DEFINE_LINEAR(F, name, 8, 8, 16) DEFINE_LINEAR(F, name, 16, 16, 16)
