// attend_prefill_<D>: attention of many rows of a sequence, after `place`, with tensor cores and running softmax.
//
// tiles     {first row, rows ≤ 128 (D = 256: 64)} of one sequence, positions ascending
// keys      as attend.cu; a page of 64 keys is a tile in shared memory, the next one on its way while this one is used (D ≤ 128)
// y         bf16 [rows, stride(heads·D)]
// grid      (heads, tiles), so that the longest tiles begin first, blocks of 128: a warp has 32 rows (D = 256: 16). Shared memory
//           ((D ≤ 128 ? 128 + 256 : 64 + 128))·(D + 8)·2 bytes
// method    Dao 2023, FlashAttention-2
// twin      attend.cu
// measured  2,048 tokens, 32 heads, 8 key heads on an H100: D = 64 72 µs, 96 103, 128 137, 256 266
#include "tiles.cuh"

template <int D, int ROWS>
__device__ __forceinline__ void copyTile(bf16* shared, const bf16* global, int rowElements, int rows) {
#pragma unroll 8
    for (int i = threadIdx.x; i < ROWS * (D / 8); i += 128) {
        int row = i / (D / 8), at = i % (D / 8) * 8;
        copyAsync<16>(shared + row * (D + 8) + at, global + size_t(::min(row, rows - 1)) * rowElements + at);
    }
}

// Calls `f(score, tile, half, key)` with the key's number less those of the page and of the lane's column.
template <int TILES, typename Each>
__device__ __forceinline__ void eachScore(float (&scores)[TILES][8][4], Each f) {
#pragma unroll
    for (int m = 0; m < TILES; m++) {
#pragma unroll
        for (int j = 0; j < 8; j++) {
#pragma unroll
            for (int i = 0; i < 4; i++) f(scores[m][j][i], m, i / 2, j * 8 + i % 2);
        }
    }
}

template <int D>
__device__ void attendPrefill(const bf16* qkv, const Row* rows, const int* pages, int maxPages, const bf16* kPool, const bf16* vPool, bf16* y,
        const int2* tiles, float scale, float softCap, int window, int heads, int keyHeads) {
    constexpr int STAGES = D <= 128 ? 2 : 1;
    constexpr int TILES = D <= 128 ? 2 : 1;
    constexpr int ROWS = 4 * TILES * 16;
    constexpr int TILE = PAGE * (D + 8);
    extern __shared__ __align__(128) bf16 shared[];
    bf16* q = shared;
    bf16* k = q + ROWS * (D + 8);
    bf16* v = k + STAGES * TILE;
    enter();
    int2 tile = tiles[gridDim.y - 1 - blockIdx.y];  // the longest first
    if (tile.y == 0) return;
    int head = blockIdx.x, keyHead = head * keyHeads / heads;
    int warp = threadIdx.x / 32, lane = threadIdx.x % 32, g = lane / 4, t = lane % 4;
    int columns = stride((heads + 2 * keyHeads) * D);
    Row firstRow = rows[tile.x], lastRow = rows[tile.x + tile.y - 1];
    const int* table = pages + size_t(firstRow.sequence) * maxPages;
    int firstPage = window > 0 ? ::max(0, firstRow.position + 1 - window) / PAGE : 0;
    int endPage = (lastRow.end + PAGE - 1) / PAGE;
    auto copyPage = [&](bf16* to, const bf16* pool, int page) {
        copyTile<D, PAGE>(to, pool + (size_t(table[page]) * keyHeads + keyHead) * PAGE * D, D, PAGE);
        commitCopies();
    };
    copyTile<D, ROWS>(q, qkv + size_t(tile.x) * columns + head * D, columns, tile.y);
    copyPage(k, kPool, firstPage);
    if (STAGES == 2) copyPage(v, vPool, firstPage);

    int low[TILES][2], high[TILES][2];  // visible keys of this lane's rows
#pragma unroll
    for (int m = 0; m < TILES; m++) {
#pragma unroll
        for (int half = 0; half < 2; half++) {
            Row row = rows[tile.x + ::min((warp * TILES + m) * 16 + half * 8 + g, tile.y - 1)];
            low[m][half] = window > 0 ? row.position + 1 - window : 0;
            high[m][half] = row.end;
        }
    }
    int allFrom = window > 0 ? lastRow.position + 1 - window : 0;
    float unit = softCap > 0 ? LOG2_E : scale * LOG2_E;
    Attention<D, TILES> attention;
    for (int page = firstPage; page < endPage; page++) {
        int stage = STAGES == 2 ? (page - firstPage) % 2 : 0;
        if (STAGES == 2) {
            if (page + 1 < endPage) {
                copyPage(k + (stage ^ 1) * TILE, kPool, page + 1);
                copyPage(v + (stage ^ 1) * TILE, vPool, page + 1);
                awaitCopies<3>();
            } else {
                awaitCopies<1>();
            }
        } else {
            copyPage(v, vPool, page);
            awaitCopies<1>();
        }
        __syncthreads();
        float scores[TILES][8][4] = {};
        attention.template score<64>(scores, q + warp * TILES * 16 * (D + 8), k + stage * TILE);
        if (softCap > 0) {
            eachScore<TILES>(scores, [&](float& s, int, int, int) { s = softCap * tanhf(s * scale / softCap); });
        }
        if ((page + 1) * PAGE > firstRow.end || page * PAGE < allFrom) {
            eachScore<TILES>(scores, [&](float& s, int m, int half, int key) {
                key += page * PAGE + 2 * t;
                if (key >= high[m][half] || key < low[m][half]) s = -INFINITY;
            });
        }
        if (STAGES == 2) {
            if (page + 1 < endPage) awaitCopies<2>();
            else awaitCopies<0>();
        } else {
            awaitCopies<0>();
        }
        __syncthreads();
        if (STAGES == 1 && page + 1 < endPage) copyPage(k, kPool, page + 1);
        attention.template mix<64>(scores, v + stage * TILE, unit);
        __syncthreads();
    }
    attention.finishSums();
#pragma unroll
    for (int m = 0; m < TILES; m++) {
#pragma unroll
        for (int half = 0; half < 2; half++) {
            int row = (warp * TILES + m) * 16 + half * 8 + g;
            if (row >= tile.y) continue;
            bf16* out = y + size_t(tile.x + row) * stride(heads * D) + head * D;
            float share = 1 / attention.sum[m][half];
#pragma unroll
            for (int d = 0; d < D / 8; d++) {
                *reinterpret_cast<unsigned*>(out + d * 8 + 2 * t) =
                    pack(attention.mixed[m][d][2 * half] * share, attention.mixed[m][d][2 * half + 1] * share);
            }
        }
    }
}

#define DEFINE(D) \
    extern "C" __global__ void __launch_bounds__(128) attend_prefill_##D(const bf16* qkv, const Row* rows, const int* pages, int maxPages, \
            const bf16* kPool, const bf16* vPool, bf16* y, const int2* tiles, float scale, float softCap, int window, int heads, int keyHeads) { \
        attendPrefill<D>(qkv, rows, pages, maxPages, kPool, vPool, y, tiles, scale, softCap, window, heads, keyHeads); \
    }
DEFINE(64)
DEFINE(96)
DEFINE(128)
DEFINE(256)
