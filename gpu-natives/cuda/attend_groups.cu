// attend_groups_<D>: attend_prefill_<D> with the products of Hopper's warp groups; images for other devices hold no code.
//
// tiles     {first row, rows ≤ 128} of one sequence, positions ascending
// keys      as attend.cu; a page of 64 keys is a tile in shared memory, the next one on its way while this one is used
// y         bf16 [rows, stride(heads·D)]
// grid      (heads, tiles), so that the longest tiles begin first, blocks of 256: a group of four warps has 64 rows. Shared memory
//           (128 + 256)·D·2 bytes; two blocks a processor, so that tensor cores have work while a group's scores become weights
// method    Dao 2023, FlashAttention-2
// twin      attend.cu
// measured  2,048 tokens, 32 heads, 8 key heads on an H100: D = 64 59 µs, 128 94 (attend_prefill 72 and 137)
#include "hopper.cuh"
#include "tiles.cuh"

constexpr int THREADS = 256;

#if __CUDA_ARCH_FEAT_SM90_ALL
constexpr int ROWS = 128;
constexpr int GROUP_ROWS = 64;

template <int D>
__device__ __forceinline__ void scorePage(float (&scores)[8][4], uint64_t q, uint64_t k) {
    beginProducts();
#pragma unroll
    for (int d = 0; d < D / 16; d++) {
        int part = d / 4, at = d % 4 * 2;
        multiply(scores, q + part * (ROWS * SWIZZLED_BYTES / 16) + at, k + part * (PAGE * SWIZZLED_BYTES / 16) + at, d > 0);
    }
    commitProducts();
    awaitProducts();
}

template <int D>
__device__ __forceinline__ void mixPage(Attention<D, 1>& attention, float (&scores)[8][4], uint64_t v, float unit) {
    attention.template soften<64>(scores, 0, 0, unit);
    attention.template soften<64>(scores, 0, 1, unit);
    unsigned weights[4][4];  // the scores' layout is that of the next product's first operand
#pragma unroll
    for (int j = 0; j < 4; j++) {
#pragma unroll
        for (int i = 0; i < 4; i++) weights[j][i] = pack(scores[2 * j + i / 2][i % 2 * 2], scores[2 * j + i / 2][i % 2 * 2 + 1]);
    }
    beginProducts();
#pragma unroll
    for (int j = 0; j < 4; j++) multiplyRows(attention.mixed[0], weights[j], v + j * 128);
    commitProducts();
    awaitProducts();
}

template <int D>
__device__ void attendGroups(const bf16* qkv, const Row* rows, const int* pages, int maxPages, const bf16* kPool, const bf16* vPool, bf16* y,
        const int2* tiles, float scale, float softCap, int window, int heads, int keyHeads) {
    constexpr int TILE_BYTES = PAGE * D * 2;
    extern __shared__ __align__(1024) uint8_t shared[];
    uint8_t* stages = shared + ROWS * D * 2;
    enter();
    int2 tile = tiles[gridDim.y - 1 - blockIdx.y];  // the longest first
    if (tile.y == 0) return;
    int head = blockIdx.x, keyHead = head * keyHeads / heads;
    int group = threadIdx.x / 128, warp = threadIdx.x / 32, lane = threadIdx.x % 32, g = lane / 4, t = lane % 4;
    Row firstRow = rows[tile.x];
    const int* table = pages + size_t(firstRow.sequence) * maxPages;
    int firstPage = window > 0 ? ::max(0, firstRow.position + 1 - window) / PAGE : 0;
    int endPage = (rows[tile.x + tile.y - 1].end + PAGE - 1) / PAGE;
    auto copyPage = [&](int page) {
        uint8_t* to = stages + (page - firstPage) % 2 * 2 * TILE_BYTES;
        size_t at = (size_t(table[page]) * keyHeads + keyHead) * PAGE * D;
        copySwizzled<PAGE, D, THREADS>(to, kPool + at, D, PAGE);
        copySwizzled<PAGE, D, THREADS>(to + TILE_BYTES, vPool + at, D, PAGE);
        commitCopies();
    };
    int columns = stride((heads + 2 * keyHeads) * D);
    copySwizzled<ROWS, D, THREADS>(shared, qkv + size_t(tile.x) * columns + head * D, columns, tile.y);
    copyPage(firstPage);

    // Of the group's rows; visible keys of this lane's.
    int groupRow = group * GROUP_ROWS, count = ::min(tile.y - groupRow, GROUP_ROWS);
    int low[2], high[2], allFrom = 0, allTo = 0, end = 0;
    if (count > 0) {
        Row lastRow = rows[tile.x + groupRow + count - 1];
        allFrom = window > 0 ? lastRow.position + 1 - window : 0;
        allTo = rows[tile.x + groupRow].end;
        end = lastRow.end;
#pragma unroll
        for (int half = 0; half < 2; half++) {
            Row row = rows[tile.x + ::min(warp * 16 + half * 8 + g, tile.y - 1)];
            low[half] = window > 0 ? row.position + 1 - window : 0;
            high[half] = row.end;
        }
    }
    float unit = softCap > 0 ? LOG2_E : scale * LOG2_E;
    uint64_t q = descriptor(shared + groupRow * SWIZZLED_BYTES);
    Attention<D, 1> attention;
    for (int page = firstPage; page < endPage; page++) {
        awaitCopies<0>();
        showProducts();
        __syncthreads();
        if (page + 1 < endPage) copyPage(page + 1);
        if (page * PAGE >= end) continue;
        const uint8_t* k = stages + (page - firstPage) % 2 * 2 * TILE_BYTES;
        float scores[8][4];
        scorePage<D>(scores, q, descriptor(k));
        if (softCap > 0) {
#pragma unroll
            for (int i = 0; i < 32; i++) scores[i / 4][i % 4] = softCap * tanhf(scores[i / 4][i % 4] * scale / softCap);
        }
        if ((page + 1) * PAGE > allTo || page * PAGE < allFrom) {
#pragma unroll
            for (int i = 0; i < 32; i++) {
                int key = page * PAGE + i / 4 * 8 + 2 * t + i % 2, half = i % 4 / 2;
                if (key >= high[half] || key < low[half]) scores[i / 4][i % 4] = -INFINITY;
            }
        }
        mixPage(attention, scores, descriptor(k + TILE_BYTES, PAGE * SWIZZLED_BYTES), unit);
    }
    attention.finishSums();
#pragma unroll
    for (int half = 0; half < 2; half++) {
        int row = warp * 16 + half * 8 + g;
        if (row >= tile.y) continue;
        bf16* out = y + size_t(tile.x + row) * stride(heads * D) + head * D;
        float share = 1 / attention.sum[0][half];
#pragma unroll
        for (int d = 0; d < D / 8; d++) {
            *reinterpret_cast<unsigned*>(out + d * 8 + 2 * t) =
                pack(attention.mixed[0][d][2 * half] * share, attention.mixed[0][d][2 * half + 1] * share);
        }
    }
}
#define ATTEND(D) attendGroups<D>(qkv, rows, pages, maxPages, kPool, vPool, y, tiles, scale, softCap, window, heads, keyHeads);
#else
#define ATTEND(D)
#endif

#define DEFINE(D) \
    extern "C" __global__ void __launch_bounds__(THREADS, 2) attend_groups_##D(const bf16* qkv, const Row* rows, const int* pages, int maxPages, \
            const bf16* kPool, const bf16* vPool, bf16* y, const int2* tiles, float scale, float softCap, int window, int heads, int keyHeads) { \
        ATTEND(D) \
    }
DEFINE(64)
DEFINE(128)
