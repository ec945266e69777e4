// product_sliced_<N>: y = epilogue(x · Wᵀ + bias) for 17 to 64 rows, on Hopper; images for other devices hold no code.
//
// w         bf16 [n, k], x bf16 [64, k]: maps of the copy engine, tiles of N and of 64 rows by 64 columns
// y         STORE_F32 (without activation) or ADD as in epilogue.cuh; n a multiple of 8, rows of x and W at multiples of 16 bytes
// roots     as in prepared.cuh; `next`, with ADD, likewise: a cluster makes one part of the sums of squares
// grid      clusters of four blocks, one a processor, all at a time: N columns of y each. The blocks of a cluster share k, and each finishes sixteen rows, for
//           which the others send it their sums. Four warps multiply; a thread of a fifth fills a ring, with weights even before the kernel before has ended.
// shared    the ring: STAGES<N> · STAGE_BYTES<N>, and sums that come: SUMS_BYTES<N>
// twin      plain.cu
// measured  H100, 64 rows, in µs, cuBLAS beside: n 3,072, k 2,048 7.6 (7.7); 2,048, 2,048 5.9 (6.6); 2,048, 8,192 14.3 (18.1); 6,144, 4,096 21.3 (21.3);
//           4,096, 4,096 14.8 (15.2); 4,096, 14,336 44.3 (48.2)
#include "engine.cuh"
#include "epilogue.cuh"
#include "prepared.cuh"

struct Result {
    float* y;
    const float* bias;
    int yStride, mode;
    float scale;
    int rows;
};

#if __CUDA_ARCH_FEAT_SM90_ALL
constexpr int BLOCKS = 4;    // of a cluster
constexpr int ROWS = 64;
constexpr int OWN_ROWS = ROWS / BLOCKS;
constexpr int DEPTH = 64;    // columns of a stage: 128 bytes
constexpr int GROUP = 128;   // threads that multiply
constexpr int MOST_BYTES = 224 << 10;
constexpr int X_BYTES = ROWS * DEPTH * 2;
template <int N>
constexpr int STAGE_BYTES = X_BYTES + N * DEPTH * 2;
template <int N>
constexpr int SUMS_BYTES = ROWS * N * 4;
template <int N>
constexpr int STAGES = (MOST_BYTES - SUMS_BYTES<N>) / STAGE_BYTES<N>;

template <int N>
struct Barriers {
    uint64_t full[STAGES<N>], empty[STAGES<N>], sums;
};

// This block's share of the columns of x and W, in stages.
struct Slice {
    int first, rounds;
    __device__ __forceinline__ Slice(int k) {
        int all = (k + DEPTH - 1) / DEPTH, each = (all + BLOCKS - 1) / BLOCKS, rank = rankInCluster();
        first = ::min(rank * each, all), rounds = ::min(each, all - first);
    }
};

template <int N>
__device__ __forceinline__ void fill(uint8_t* ring, Barriers<N>& barriers, const CUtensorMap& w, const CUtensorMap& x, Slice slice) {
    auto fillWeights = [&](int round) {
        int slot = round % STAGES<N>;
        expectBytes(barriers.full + slot, STAGE_BYTES<N>);
        copyTile(ring + slot * STAGE_BYTES<N> + X_BYTES, w, barriers.full + slot, (slice.first + round) * DEPTH, blockIdx.x / BLOCKS * N);
    };
    auto fillX = [&](int round) {
        int slot = round % STAGES<N>;
        copyTile(ring + slot * STAGE_BYTES<N>, x, barriers.full + slot, (slice.first + round) * DEPTH, 0);
    };
    int early = ::min(STAGES<N>, slice.rounds);
    for (int round = 0; round < early; round++) fillWeights(round);
    awaitPrevious();
    for (int round = 0; round < early; round++) fillX(round);
    for (int round = early; round < slice.rounds; round++) {
        awaitPhase(barriers.empty + round % STAGES<N>, (round / STAGES<N> - 1) % 2);
        fillWeights(round);
        fillX(round);
    }
}

// Eights of y's columns that a warp finishes, for this block's rows g and g + 8: those at the warp's number and every fourth from there.
template <int N>
struct Outputs {
    static constexpr int WARPS = GROUP / 32;
    static constexpr int EACH = (N / 8 + WARPS - 1) / WARPS;
    const Result& e;
    const Next& next;
    int n;
    float2 old[EACH][2];

    template <typename Visit>
    __device__ __forceinline__ void each(Visit visit) {
        int warp = threadIdx.x / 32, lane = threadIdx.x % 32, firstColumn = blockIdx.x / BLOCKS * N;
#pragma unroll
        for (int i = 0; i < EACH; i++) {
            int eight = warp + i * WARPS, column = firstColumn + eight * 8 + lane % 4 * 2;
            if (eight >= N / 8 || column >= n) continue;
#pragma unroll
            for (int half = 0; half < 2; half++) {
                int row = rankInCluster() * OWN_ROWS + half * 8 + lane / 4;
                if (row < e.rows) visit(i, eight, half, column, size_t(row) * e.yStride + column);
            }
        }
    }
    __device__ __forceinline__ void readOld() {
        if (e.mode != ADD) return;
        each([&](int i, int, int half, int, size_t at) { old[i][half] = __ldcg(reinterpret_cast<const float2*>(e.y + at)); });
    }
    // `sums` are those of the cluster's blocks one after another, as their lanes had them.
    __device__ __forceinline__ void store(const float4* sums, const float* roots, float (&squares)[2]) {
        bool add = e.mode == ADD;
        float scale = add ? e.scale : 1;
        each([&](int i, int eight, int half, int column, size_t at) {
            float2 v = make_float2(0, 0);
#pragma unroll
            for (int block = 0; block < BLOCKS; block++) {
                float4 part = sums[(block * (N / 8) + eight) * 32 + threadIdx.x % 32];
                v.x += half ? part.z : part.x, v.y += half ? part.w : part.y;
            }
            float root = roots[half * 8 + threadIdx.x % 32 / 4];
            v.x *= root, v.y *= root;
            if (e.bias) v.x += e.bias[column], v.y += e.bias[column + 1];
            float2 before = add ? old[i][half] : make_float2(0, 0);
            v = make_float2(before.x + scale * v.x, before.y + scale * v.y);
            *reinterpret_cast<float2*>(e.y + at) = v;
            if (!next.x) return;
            float2 gain = *reinterpret_cast<const float2*>(next.gain + column);
            *reinterpret_cast<unsigned*>(next.x + at) = pack(v.x * (next.offset + gain.x), v.y * (next.offset + gain.y));
            squares[half] += v.x * v.x + v.y * v.y;
        });
    }
};

// Sums of squares of this block's rows in all warps' columns, to the cluster's part.
__device__ __forceinline__ void storeSquares(const Next& next, float (&squares)[2], float (&shared)[GROUP / 32][OWN_ROWS]) {
    int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
#pragma unroll
    for (int half = 0; half < 2; half++) {
        for (int lanes = 2; lanes > 0; lanes /= 2) squares[half] += __shfl_xor_sync(~0u, squares[half], lanes);
        if (lane % 4 == 0) shared[warp][half * 8 + lane / 4] = squares[half];
    }
    awaitGroup();
    if (threadIdx.x >= OWN_ROWS) return;
    float sum = 0;
#pragma unroll
    for (int w = 0; w < GROUP / 32; w++) sum += shared[w][threadIdx.x];
    next.squares[blockIdx.x / BLOCKS * TILE_ROOT_ROWS + rankInCluster() * OWN_ROWS + threadIdx.x] = sum;
}

template <int N>
__device__ __forceinline__ void multiplySlice(const CUtensorMap& w, const CUtensorMap& x, const Result& e, int n, int k, const Roots& from,
        const Next& next) {
    extern __shared__ __align__(1024) uint8_t ring[];
    __shared__ Barriers<N> barriers;
    __shared__ float roots[OWN_ROWS], squaresOf[GROUP / 32][OWN_ROWS];
    float4* received = reinterpret_cast<float4*>(ring + STAGES<N> * STAGE_BYTES<N>);
    launchDependents();
    Slice slice(k);
    if (threadIdx.x == 0) {
        for (int s = 0; s < STAGES<N>; s++) initialize(barriers.full + s), initialize(barriers.empty + s);
        initialize(&barriers.sums);
        showBarriers();
        expectBytes(&barriers.sums, SUMS_BYTES<N>);
    }
    __syncthreads();
    comeToCluster();
    if (threadIdx.x >= GROUP) {
        if (threadIdx.x == GROUP) fill<N>(ring, barriers, w, x, slice);
        __syncwarp();
        awaitCluster();
        return;
    }
    awaitPrevious();
    constexpr int EACH = GROUP / OWN_ROWS;
    float root = tileRoot<EACH>(from, rankInCluster() * OWN_ROWS + threadIdx.x / EACH, k);
    if (threadIdx.x % EACH == 0) roots[threadIdx.x / EACH] = root;
    awaitGroup();
    Outputs<N> outputs{e, next, n};
    outputs.readOld();
    float sums[N / 8][4] = {};
    int before = -1;
    auto release = [&] {
        if (before >= 0 && threadIdx.x == 0) arrive(barriers.empty + before);
    };
    for (int round = 0; round < slice.rounds; round++) {
        int slot = round % STAGES<N>;
        awaitPhase(barriers.full + slot, round / STAGES<N> % 2);
        uint64_t a = descriptor(ring + slot * STAGE_BYTES<N>), b = descriptor(ring + slot * STAGE_BYTES<N> + X_BYTES);
        beginProducts();
#pragma unroll
        for (int i = 0; i < DEPTH / 16; i++) multiply(sums, a + 2 * i, b + 2 * i);
        commitProducts();
        awaitAllBut<1>();
        release();
        before = slot;
    }
    awaitProducts();
    awaitCluster();
    // A warp has the rows of the block of its number.
    int warp = threadIdx.x / 32;
    float4* to = received + rankInCluster() * (N / 8) * 32 + threadIdx.x % 32;
#pragma unroll
    for (int eight = 0; eight < N / 8; eight++) send(to + eight * 32, &barriers.sums, warp, sums[eight]);
    awaitPhase(&barriers.sums, 0);
    float squares[2] = {};
    outputs.store(received, roots, squares);
    if (next.x) storeSquares(next, squares, squaresOf);
}
#define PRODUCT(N) multiplySlice<N>(*w, *x, result, n, k, roots, next);
#else
#define PRODUCT(N)
#endif

#define DEFINE(N) \
    extern "C" __global__ void __launch_bounds__(160, 1) product_sliced_##N(const CUtensorMap* w, const CUtensorMap* x, Result result, int n, int k, \
            Roots roots, Next next) { \
        PRODUCT(N) \
    }
DEFINE(72)
DEFINE(104)
DEFINE(144)
DEFINE(208)
