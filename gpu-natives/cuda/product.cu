// product: y = epilogue(x · Wᵀ + bias) for 17 to 64 rows, on Hopper; images for other devices hold no code.
//
// w         bf16 [n, k] as [n/16][2][8][k] (GATED: eight rows of the gate, then the same eight of up), x bf16 [rows, k]: maps of the copy engine
// y         GATED, STORE_BF16 or LOGITS as in epilogue.cuh, without cap and `best`; n a multiple of 16, rows of x and W at multiples of 16 bytes
// roots     as in prepared.cuh
// grid      as many blocks as the device runs, or fewer: 128 columns of y at a time. Four warps multiply; a fifth fills a ring in shared memory, with
//           weights even before the kernel before has ended.
// shared    the ring: STAGES · STAGE_BYTES
// twin      plain.cu
// measured  H100, 64 rows, n 16,400, k 4,096, share of the memory limit: STORE_BF16 80 %, GATED 84 %, LOGITS 79 %
#include "engine.cuh"
#include "epilogue.cuh"
#include "prepared.cuh"

struct Result {
    void* y;
    const float* bias;
    int yStride, mode, activation;
    float scale;
};

#if __CUDA_ARCH_FEAT_SM90_ALL
constexpr int ROWS = 64;
constexpr int N = 128;
constexpr int DEPTH = 64;  // columns of a stage: 128 bytes
constexpr int STAGES = 4;
constexpr int X_BYTES = ROWS * DEPTH * 2;
constexpr int STAGE_BYTES = X_BYTES + N * DEPTH * 2;
constexpr int GROUP = 128;    // threads that multiply

__device__ __forceinline__ float2 biased(const float* bias, int column, float2 v) {
    if (bias) v.x += bias[column], v.y += bias[column + 1];
    return v;
}

// Stores what `visit` brings: f(row, eight, o, sum) for eights of a tile's columns, where sum(eight) are those at 8 · eight + o and the next.
template <typename Visit, typename Activate>
__device__ __forceinline__ void store(const Result& e, int firstColumn, int n, Visit visit, Activate act) {
    if (e.mode == GATED) {
        // Every second eight columns are those of `up`.
        visit([&](int row, int eight, int o, auto sum) {
            int outputs = n / 2, column = firstColumn / 2 + eight * 4 + o;
            if (eight % 2 || column >= outputs) return;
            float2 gate = biased(e.bias, column, sum(eight)), up = biased(e.bias, outputs + column, sum(eight + 1));
            *reinterpret_cast<__nv_bfloat162*>(static_cast<bf16*>(e.y) + size_t(row) * e.yStride + column) =
                __floats2bfloat162_rn(act(gate.x) * up.x, act(gate.y) * up.y);
        });
        return;
    }
    visit([&](int row, int eight, int o, auto sum) {
        int column = firstColumn + eight * 8 + o;
        if (column >= n) return;
        float2 v = biased(e.bias, column, sum(eight));
        size_t at = size_t(row) * e.yStride + column;
        if (e.mode == STORE_BF16) {
            *reinterpret_cast<__nv_bfloat162*>(static_cast<bf16*>(e.y) + at) = __floats2bfloat162_rn(act(v.x), act(v.y));
        } else {
            *reinterpret_cast<float2*>(static_cast<float*>(e.y) + at) = make_float2(e.scale * v.x, e.scale * v.y);
        }
    });
}

// What the copying thread has come to.
struct Place {
    int tile, round, slot, parity;
};

// Copies weights and x of every round of every tile of this block.
__device__ __forceinline__ void fill(uint8_t* ring, uint64_t* full, uint64_t* empty, const CUtensorMap& w, const CUtensorMap& x, Place place, int tiles,
        int rounds) {
    auto fillWeights = [&](const Place& p) {
        expectBytes(full + p.slot, STAGE_BYTES);
        copyTiles(ring + p.slot * STAGE_BYTES + X_BYTES, w, full + p.slot, p.round * DEPTH, p.tile * (N / 16));
    };
    auto fillX = [&](const Place& p) { copyTile(ring + p.slot * STAGE_BYTES, x, full + p.slot, p.round * DEPTH, 0); };
    auto next = [&](Place& p) {
        if (++p.slot == STAGES) p.slot = 0, p.parity ^= 1;
        if (++p.round == rounds) p.round = 0, p.tile += gridDim.x;
    };
    Place early = place;
    for (int s = 0; s < STAGES && early.tile < tiles; s++, next(early)) fillWeights(early);
    awaitPrevious();
    for (int s = 0; s < STAGES && place.tile < tiles; s++, next(place)) fillX(place);
    for (; place.tile < tiles; next(place)) {
        awaitPhase(empty + place.slot, place.parity);
        fillWeights(place);
        fillX(place);
    }
}

__device__ __forceinline__ void multiplyTiles(const CUtensorMap& w, const CUtensorMap& x, const Result& e, int rows, int n, int k, const Roots& from) {
    extern __shared__ __align__(1024) uint8_t ring[];
    __shared__ uint64_t full[STAGES], empty[STAGES];
    __shared__ float roots[ROWS];
    launchDependents();
    int tiles = (n + N - 1) / N, rounds = (k + DEPTH - 1) / DEPTH;
    int warp = threadIdx.x / 32, lane = threadIdx.x % 32, g = lane / 4, t = lane % 4;
    if (threadIdx.x == 0) {
        for (int s = 0; s < STAGES; s++) initialize(full + s), initialize(empty + s);
        showBarriers();
    }
    __syncthreads();
    if (threadIdx.x >= GROUP) {
        if (lane == 0) fill(ring, full, empty, w, x, Place{static_cast<int>(blockIdx.x), 0, 0, 1}, tiles, rounds);
        return;
    }
    awaitPrevious();
    constexpr int EACH = GROUP / ROWS;
    float root = tileRoot<EACH>(from, threadIdx.x / EACH, k);
    if (threadIdx.x % EACH == 0) roots[threadIdx.x / EACH] = root;
    awaitGroup();
    int slot = 0, parity = 0;
    for (int tile = blockIdx.x; tile < tiles; tile += gridDim.x) {
        float sums[N / 8][4] = {};
        int before = -1;
        auto release = [&] {
            if (before >= 0 && threadIdx.x == 0) arrive(empty + before);
        };
        for (int round = 0; round < rounds; round++) {
            awaitPhase(full + slot, parity);
            const uint8_t* stage = ring + slot * STAGE_BYTES;
            uint64_t a = descriptor(stage), b = descriptor(stage + X_BYTES);
            beginProducts();
#pragma unroll
            for (int i = 0; i < DEPTH / 16; i++) multiply(sums, a + 2 * i, b + 2 * i);
            commitProducts();
            awaitAllBut<1>();
            release();
            before = slot;
            if (++slot == STAGES) slot = 0, parity ^= 1;
        }
        awaitProducts();
        release();
        auto visit = [&](auto f) {
#pragma unroll
            for (int half = 0; half < 2; half++) {
                int row = warp * 16 + half * 8 + g;
                if (row >= rows) continue;
                float root = roots[row];
#pragma unroll
                for (int j = 0; j < N / 8; j++) {
                    f(row, j, 2 * t, [&](int eight) { return make_float2(sums[eight][2 * half] * root, sums[eight][2 * half + 1] * root); });
                }
            }
        };
        withActivation(e.activation, [&](auto act) { store(e, tile * N, n, visit, act); });
    }
}
#endif

extern "C" __global__ void __launch_bounds__(160, 2) product(const CUtensorMap* w, const CUtensorMap* x, Result result, int rows, int n, int k,
        Roots roots) {
#if __CUDA_ARCH_FEAT_SM90_ALL
    multiplyTiles(*w, *x, result, rows, n, k, roots);
#endif
}
