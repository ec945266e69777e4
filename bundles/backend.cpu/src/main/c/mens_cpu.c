/*
 * Products of quantized weights with int8 activations, for the kernel set "compiled".
 *
 * Weights are repacked once into panels of 16 rows. Within a block, the 4-byte groups of the 16
 * rows lie side by side, so that one 64-byte vector holds the same 4 inputs of 16 outputs and one
 * "dot product of 4 bytes" instruction advances all 16 sums. Reading a panel is one sequential
 * stream, which is what memory likes best.
 *
 * An int8 row of `k` activations is, in this order (see `row_bytes`):
 *   k int8   q, with x = d * q in each block of 32
 *   n float  d of each block, n = k / 32
 *   n float  d * sum of q, for weights with a minimum
 *   2n int   sum of q of each half block, for weights with an offset
 *
 * The same source (panels.inc) is compiled for several instruction sets; `mens_level` says which
 * one this processor runs.
 */
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

typedef void mul_fn(const uint8_t *w, int k, const uint8_t *x, int64_t x_step, int rows, float *y,
                    int64_t y_step, int from, int to);

enum { Q8, Q4, Q4K, Q6K, FORMATS };

#define INLINE static inline __attribute__((always_inline))

INLINE int32_t four(const void *p) {
  int32_t v;
  memcpy(&v, p, 4);
  return v;
}

#if defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma,f16c")
#endif
#define NAME(f) f##_avx2
#include "avx2.inc"
#include "panels.inc"
#undef NAME
#if defined(__clang__)
#pragma clang attribute pop
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c"))), \
    apply_to = function)
#else
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c,prefer-vector-width=512")
#endif
#define NAME(f) f##_avx512
#include "avx512.inc"
#include "panels.inc"
#undef NAME
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#else
/* Arrays of 16 that compilers turn into whatever vectors there are. */
#define NAME(f) f##_portable
#include "portable.inc"
#include "panels.inc"
#undef NAME
#endif

/* -1 none of those below, 0 portable, 1 AVX2, 2 AVX-512 with VNNI */
int mens_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni")) {
    return 2;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    return 1;
  }
  return -1;
#else
  return 0;
#endif
}

/* y[r, o] = w[o] . x[r] for from <= o < to; from is a multiple of 16. */
void mens_multiply(int level, int format, const uint8_t *w, int k, const uint8_t *x,
                   int64_t x_step, int rows, float *y, int64_t y_step, int from, int to) {
#if defined(__x86_64__)
  static mul_fn *const avx2[FORMATS] = {mul_q8_avx2, mul_q4_avx2, mul_q4k_avx2, mul_q6k_avx2};
  static mul_fn *const avx512[FORMATS] = {mul_q8_avx512, mul_q4_avx512, mul_q4k_avx512,
                                          mul_q6k_avx512};
  mul_fn *f = level == 2 ? avx512[format] : avx2[format];
#else
  static mul_fn *const portable[FORMATS] = {mul_q8_portable, mul_q4_portable, mul_q4k_portable,
                                            mul_q6k_portable};
  mul_fn *f = portable[format];
  (void)level;
#endif
  f(w, k, x, x_step, rows, y, y_step, from, to);
}

/* Makes the int8 form of one row. */
void mens_quantize(int level, const float *x, uint8_t *to, int k) {
#if defined(__x86_64__)
  if (level == 2) {
    quantize_avx512(x, to, k);
  } else {
    quantize_avx2(x, to, k);
  }
#else
  (void)level;
  quantize_portable(x, to, k);
#endif
}

/* Memory for panels, in large pages where the system has them: a stream of weights touches every
 * page once, and small ones cost a walk of the page table each (a third of the speed). 0 if there is
 * none. */
void *mens_allocate(int64_t bytes) {
  void *p = mmap(0, (size_t)bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (p == MAP_FAILED) {
    return 0;
  }
#if defined(MADV_HUGEPAGE)
  madvise(p, (size_t)bytes, MADV_HUGEPAGE);
#endif
  return p;
}

void mens_free(void *p, int64_t bytes) { munmap(p, (size_t)bytes); }

/* ---- repacking; rows beyond the last are zeros ---- */

static void put_half(uint8_t *to, const uint8_t *from) { memcpy(to, from, 2); }

static void repack_q8_block(const uint8_t *from, uint8_t *to, int lane) {
  put_half(to + 512 + 2 * lane, from);
  for (int g = 0; g < 8; g++) {
    uint32_t four_bytes;
    memcpy(&four_bytes, from + 2 + 4 * g, 4);
    four_bytes ^= 0x80808080u;
    memcpy(to + 64 * g + 4 * lane, &four_bytes, 4);
  }
}

static void repack_q4_block(const uint8_t *from, uint8_t *to, int lane) {
  put_half(to + 256 + 2 * lane, from);
  for (int g = 0; g < 4; g++) {
    memcpy(to + 64 * g + 4 * lane, from + 2 + 4 * g, 4);
  }
}

static void repack_q4k_block(const uint8_t *from, uint8_t *to, int lane) {
  const uint8_t *s = from + 4;
  for (int j = 0; j < 8; j++) {
    uint8_t scale = j < 4 ? s[j] & 63 : (s[j + 4] & 15) | (s[j - 4] >> 6) << 4;
    uint8_t min = j < 4 ? s[j + 4] & 63 : (s[j + 4] >> 4) | (s[j] >> 6) << 4;
    to[2048 + 32 * j + lane] = scale;
    to[2048 + 32 * j + 16 + lane] = min;
  }
  put_half(to + 2304 + 2 * lane, from);
  put_half(to + 2336 + 2 * lane, from + 2);
  for (int g = 0; g < 32; g++) {
    memcpy(to + 64 * g + 4 * lane, from + 16 + 4 * g, 4);
  }
}

static void repack_q6k_block(const uint8_t *from, uint8_t *to, int lane) {
  for (int half = 0; half < 2; half++) {
    for (int g = 0; g < 16; g++) {
      memcpy(to + 1536 * half + 64 * g + 4 * lane, from + 64 * half + 4 * g, 4);
    }
    for (int g = 0; g < 8; g++) {
      memcpy(to + 1536 * half + 1024 + 64 * g + 4 * lane, from + 128 + 32 * half + 4 * g, 4);
    }
  }
  for (int s = 0; s < 16; s++) {
    to[3072 + 16 * s + lane] = from[192 + s];
  }
  put_half(to + 3328 + 2 * lane, from + 208);
}

static const struct {
  int elements, bytes, packed;
  void (*block)(const uint8_t *, uint8_t *, int);
} FORMAT[FORMATS] = {{32, 34, 544, repack_q8_block},
                     {32, 18, 288, repack_q4_block},
                     {256, 144, 2368, repack_q4k_block},
                     {256, 210, 3360, repack_q6k_block}};

/* Bytes of a panel of 16 rows. */
int64_t mens_panel_bytes(int format, int k) {
  return (int64_t)(k / FORMAT[format].elements) * FORMAT[format].packed;
}

/* Repacks panels from <= p < to of a matrix of `rows` rows. */
void mens_repack(int format, const uint8_t *w, int rows, int k, uint8_t *packed, int from, int to) {
  int blocks = k / FORMAT[format].elements;
  for (int p = from; p < to; p++) {
    uint8_t *panel = packed + p * mens_panel_bytes(format, k);
    memset(panel, 0, mens_panel_bytes(format, k));
    for (int lane = 0; lane < 16 && 16 * p + lane < rows; lane++) {
      const uint8_t *row = w + (int64_t)(16 * p + lane) * blocks * FORMAT[format].bytes;
      for (int b = 0; b < blocks; b++) {
        FORMAT[format].block(row + (int64_t)b * FORMAT[format].bytes,
                             panel + (int64_t)b * FORMAT[format].packed, lane);
      }
    }
  }
}
