/*
 * BLAKE3 of whole chunks, 4, 8 or 16 side by side: one source (blake3.inc) over the compiler's
 * vectors of 128, 256 and 512 bits. Trees are joined by the caller.
 */
#include <stdint.h>
#include <string.h>

enum { CHUNK = 1024, BLOCK = 64, GROUP = 16, CHUNK_START = 1, CHUNK_END = 2 };

/* Table 1 */
static const uint32_t initial[8] = {0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
                                    0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19};

/* Which words of the message a round mixes: table 2, applied again for each round. */
static const uint8_t schedule[7][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8},
    {3, 4, 10, 12, 13, 2, 7, 14, 6, 5, 9, 0, 11, 15, 8, 1},
    {10, 7, 12, 9, 14, 3, 13, 15, 4, 0, 11, 2, 5, 8, 1, 6},
    {12, 13, 9, 11, 15, 10, 14, 8, 7, 2, 5, 3, 0, 1, 6, 4},
    {9, 14, 11, 5, 8, 12, 15, 1, 13, 3, 0, 10, 2, 6, 4, 7},
    {11, 15, 5, 0, 1, 9, 8, 6, 14, 10, 2, 12, 3, 4, 7, 13},
};

#define NAME(f) f##_portable
#define CHUNK_LANES 4
#include "blake3.inc"
#undef NAME
#undef CHUNK_LANES

#if defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2")
#endif
#define NAME(f) f##_avx2
#define CHUNK_LANES 8
#include "blake3.inc"
#undef NAME
#undef CHUNK_LANES
#if defined(__clang__)
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl"))), apply_to = function)
#else
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx512f,avx512vl")
#endif
#define NAME(f) f##_avx512
#define CHUNK_LANES 16
#include "blake3.inc"
#undef NAME
#undef CHUNK_LANES
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif

/*
 * The chaining values, 8 words each, of the 16 chunks at `bytes`, which are the file's chunks from
 * number `counter` on. `level` is what mens_level says.
 */
void mens_chunks(int level, const uint8_t *bytes, uint64_t counter, uint32_t *values) {
#if defined(__x86_64__)
  if (level == 2) {
    group_avx512(bytes, counter, values);
    return;
  }
  if (level == 1) {
    group_avx2(bytes, counter, values);
    return;
  }
#else
  (void)level;
#endif
  group_portable(bytes, counter, values);
}
