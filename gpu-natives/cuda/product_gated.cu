// product_gated_<N>: y = act(gate) · up of x · Wᵀ + bias for many rows, on Hopper; images for other devices hold no code.
//
// w         bf16 [2 · inner, k], rows of the gate, then those of up; x bf16 [rows, k]: maps of the copy engine, tiles of N/2 and of 128 rows by 64 columns
// y         bf16 [rows, yStride]; inner a multiple of 8, rows of x, W and y at multiples of 16 bytes
// grid      pairs of blocks, as many as the device runs or fewer. A pair takes 256 rows of x and N/2 columns of y at a time: each block its own 128 rows
//           of x, and one brings the gate's part of W to both, the other that of up. Two groups of four warps multiply 64 rows each by all N rows of W, so
//           that a lane has gate and up of its columns; a thread of a third group fills a ring in shared memory.
// shared    the ring: STAGES · STAGE_BYTES
// twin      plain.cu
// measured  H100, products and gates of a layer in µs, cuBLAS and a fused gate beside: 1B, 512 and 2,048 rows 53 (60), 209 (241); 8B 184 (190), 719 (775); 92 to 95 %
//           of what cuBLAS does for 8,192³
#include "engine.cuh"
#include "epilogue.cuh"

struct Result {
    bf16* y;
    const float* bias;
    int yStride, activation;
};

#if __CUDA_ARCH_FEAT_SM90_ALL
constexpr int BLOCKS = 2;     // of a cluster
constexpr int ROWS = 128;     // of a block
constexpr int DEPTH = 64;     // columns of a stage: 128 bytes
constexpr int STAGES = 4;
constexpr int GROUP = 128;    // threads that multiply together
constexpr int GROUPS = 2;
constexpr int GROUP_ROWS = ROWS / GROUPS;
constexpr int X_BYTES = ROWS * DEPTH * 2;
template <int N>
constexpr int STAGE_BYTES = X_BYTES + N * DEPTH * 2;

// A group's share of a multiprocessor's registers, and that of the group that only copies.
constexpr int MULTIPLYING_REGISTERS = 232;
constexpr int COPYING_REGISTERS = 40;

struct Barriers {
    uint64_t full[STAGES], empty[STAGES];
};

// The ring's slot that comes next, and the parity of its phase.
struct Slot {
    int index = 0, parity = 0;
    __device__ __forceinline__ void next() {
        if (++index == STAGES) index = 0, parity ^= 1;
    }
};

// Tiles of y that this pair of blocks makes. Rows vary first, so that all pairs read few weights at a time.
template <int N>
struct Tiles {
    int rowTiles, count, first, step;
    __device__ __forceinline__ Tiles(int rows, int inner)
        : rowTiles((rows + BLOCKS * ROWS - 1) / (BLOCKS * ROWS)), count(rowTiles * ((inner + N / 2 - 1) / (N / 2))), first(blockIdx.x / BLOCKS),
          step(gridDim.x / BLOCKS) {}
    __device__ __forceinline__ int row(int tile) const { return (tile % rowTiles * BLOCKS + rankInCluster()) * ROWS; }
    __device__ __forceinline__ int column(int tile) const { return tile / rowTiles * (N / 2); }
};

// Copies this block's x and its half of W, which the other block gets too, for every round of every tile.
template <int N>
__device__ __forceinline__ void fill(uint8_t* ring, Barriers& barriers, const CUtensorMap& w, const CUtensorMap& x, const Tiles<N>& tiles, int inner, int rounds) {
    int rank = rankInCluster();
    Slot slot;
    bool early = true;
    for (int tile = tiles.first; tile < tiles.count; tile += tiles.step) {
        for (int round = 0; round < rounds; round++, slot.next()) {
            uint8_t* stage = ring + slot.index * STAGE_BYTES<N>;
            uint64_t* full = barriers.full + slot.index;
            awaitPhase(barriers.empty + slot.index, slot.parity ^ 1);
            expectBytes(full, STAGE_BYTES<N>);
            copyTileToAll(stage + X_BYTES + rank * (N / 2) * DEPTH * 2, w, full, round * DEPTH, rank * inner + tiles.column(tile), (1 << BLOCKS) - 1);
            if (early) awaitPrevious(), early = false;
            copyTile(stage, x, full, round * DEPTH, tiles.row(tile));
        }
    }
    // The other block still arrives here until it needs no slot any more.
    for (int s = 0; s < STAGES; s++, slot.next()) awaitPhase(barriers.empty + slot.index, slot.parity ^ 1);
}

// Words of four neighbouring lanes as columns instead of rows: lane t of them gets word t of each.
__device__ __forceinline__ uint4 transposed(uint4 v, int t) {
    bool odd = t % 2, upper = t / 2;
    unsigned a = __shfl_xor_sync(~0u, odd ? v.x : v.y, 1), b = __shfl_xor_sync(~0u, odd ? v.z : v.w, 1);
    v = odd ? make_uint4(a, v.y, b, v.w) : make_uint4(v.x, a, v.z, b);
    unsigned c = __shfl_xor_sync(~0u, upper ? v.x : v.z, 2), d = __shfl_xor_sync(~0u, upper ? v.y : v.w, 2);
    return upper ? make_uint4(c, d, v.z, v.w) : make_uint4(v.x, v.y, c, d);
}

// A lane's sums of a tile: eight columns of the gate each, N/16 times, then those of up.
template <int N>
struct Sums {
    static constexpr int EIGHTS = N / 16;
    float of[2 * EIGHTS][4];

    __device__ __forceinline__ void addBias(const float* bias, int firstColumn, int inner) {
        int t = threadIdx.x % 4;
#pragma unroll
        for (int eight = 0; eight < EIGHTS; eight++) {
#pragma unroll
            for (int i = 0; i < 4; i++) {
                int column = ::min(firstColumn + eight * 8 + 2 * t + i % 2, inner - 1);
                of[eight][i] += bias[column], of[EIGHTS + eight][i] += bias[inner + column];
            }
        }
    }

    // Rows of y from `firstRow` on: four neighbouring lanes have 32 columns of a row, which they store by eight neighbours each.
    template <typename Activate>
    __device__ __forceinline__ void store(const Result& e, int firstRow, int firstColumn, int rows, int inner, Activate act) const {
        int g = threadIdx.x % 32 / 4, t = threadIdx.x % 4;
#pragma unroll
        for (int half = 0; half < 2; half++) {
            auto pair = [&](int eight) {
                if (eight >= EIGHTS) return 0u;
                const float *gate = of[eight] + 2 * half, *up = of[EIGHTS + eight] + 2 * half;
                return pack(act(gate[0]) * up[0], act(gate[1]) * up[1]);
            };
            int row = firstRow + half * 8 + g;
#pragma unroll
            for (int eight = 0; eight < EIGHTS; eight += 4) {
                uint4 v = transposed(make_uint4(pair(eight), pair(eight + 1), pair(eight + 2), pair(eight + 3)), t);
                int column = firstColumn + (eight + t) * 8;
                if (row < rows && column < inner && eight + t < EIGHTS) *reinterpret_cast<uint4*>(e.y + size_t(row) * e.yStride + column) = v;
            }
        }
    }
};

template <int N>
__device__ __forceinline__ void multiplyTiles(const CUtensorMap& w, const CUtensorMap& x, const Result& e, int rows, int inner, int k) {
    extern __shared__ __align__(1024) uint8_t ring[];
    __shared__ Barriers barriers;
    launchDependents();
    Tiles<N> tiles(rows, inner);
    int rounds = (k + DEPTH - 1) / DEPTH, group = threadIdx.x / GROUP, thread = threadIdx.x % GROUP;
    if (threadIdx.x == 0) {
        for (int s = 0; s < STAGES; s++) initialize(barriers.full + s), initialize(barriers.empty + s, BLOCKS * GROUPS);
        showBarriers();
    }
    __syncthreads();
    comeToCluster();
    awaitCluster();
    if (group == GROUPS) {
        giveRegisters<COPYING_REGISTERS>();
        if (thread == 0) fill<N>(ring, barriers, w, x, tiles, inner, rounds);
    } else {
        takeRegisters<MULTIPLYING_REGISTERS>();
        awaitPrevious();
        Slot slot;
        for (int tile = tiles.first; tile < tiles.count; tile += tiles.step) {
            Sums<N> sums = {};
            int before = -1;
            // Both blocks fill a slot, and wait for both.
            auto release = [&] {
                if (before >= 0 && thread < BLOCKS) arriveAt(barriers.empty + before, thread);
            };
            for (int round = 0; round < rounds; round++, slot.next()) {
                awaitPhase(barriers.full + slot.index, slot.parity);
                const uint8_t* stage = ring + slot.index * STAGE_BYTES<N>;
                uint64_t a = descriptor(stage + group * GROUP_ROWS * DEPTH * 2), b = descriptor(stage + X_BYTES);
                beginProducts();
#pragma unroll
                for (int i = 0; i < DEPTH / 16; i++) multiply(sums.of, a + 2 * i, b + 2 * i);
                commitProducts();
                awaitAllBut<1>();
                release();
                before = slot.index;
            }
            awaitProducts();
            release();
            int column = tiles.column(tile);
            if (e.bias) sums.addBias(e.bias, column, inner);
            int row = tiles.row(tile) + threadIdx.x / 32 * 16;
            withActivation(e.activation, [&](auto act) { sums.store(e, row, column, rows, inner, act); });
        }
    }
}
#define PRODUCT(N) multiplyTiles<N>(*w, *x, result, rows, inner, k);
#else
#define PRODUCT(N)
#endif

#define DEFINE(N) \
    extern "C" __global__ void __launch_bounds__(384, 1) product_gated_##N(const CUtensorMap* w, const CUtensorMap* x, Result result, int rows, int inner, \
            int k) { \
        PRODUCT(N) \
    }
DEFINE(192)
DEFINE(224)
DEFINE(256)
