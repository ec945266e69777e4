/*
 * Products of quantized weights with int8 activations, for the kernel set "compiled" (of BF16: see
 * bf16.inc).
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
 *   n int    the negative sum of q of each block, likewise
 *
 * The same source (kernels.inc) is compiled for several instruction sets; `mens_level` says which
 * one this processor runs.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

#define INLINE static inline __attribute__((always_inline))

enum { Q8, Q4, Q4K, Q6K, FORMATS };
enum { KV_F32 = 4, KV_F16 = 2 }; /* bytes of an element */

/* Rows that pass a pair of panels at once, and how far ahead of them its bytes are fetched. */
enum { PAIR_ROWS = 8, AHEAD = 4608 };

/* Positions of a page of the cache, and queries that share what is read of it. */
enum { PAGE = 64, QUERIES = 8 };

/* What all queries of one layer's attention share; Java writes it. */
struct attention {
  int32_t size, group, window, causal, kind;
  float scale, cap;
};

/* The kernels for one instruction set. */
struct kernels {
  void (*multiply[FORMATS])(const uint8_t *w, int k, const uint8_t *x, int64_t x_step, int rows,
                            float *y, int64_t y_step, int from, int to);
  void (*quantize)(const float *x, uint8_t *to, int k, int from, int end);
  void (*attend)(const struct attention *a, uint8_t *const *pages, int64_t keys, int64_t values,
                 int start, int rows, int first, int queries, const float *q, float *out,
                 int64_t step, float *scratch);
  void (*normalize)(const float *x, float *y, int width, const float *gain, const float *bias,
                    int centered, float epsilon);
  void (*add_scaled)(const float *x, float scale, float *y, int count);
  void (*silu)(float *y, const float *up, int count);
  void (*rotate)(float *row, int heads, int size, const float *cosines, const float *sines,
                 int pairs);
};

/* Starts to load what is read AHEAD bytes further on. */
INLINE void fetch(const uint8_t *p, int bytes) {
  for (int at = 0; at < bytes; at += 64) {
    __builtin_prefetch(p + AHEAD + at, 0, 2);
  }
}

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
#include "kernels.inc"
#include "f16.inc"
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
#include "kernels.inc"
#undef NAME
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#if defined(__clang__)
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512bf16"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512bf16,prefer-vector-width=512")
#endif
#include "bf16.inc"
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#else
/* Arrays of 16 that compilers turn into whatever vectors there are. */
#define NAME(f) f##_portable
#include "portable.inc"
#include "kernels.inc"
#undef NAME
#endif

/* -1 none of those below, 0 portable, 1 AVX2, 2 AVX-512 with VNNI, 3 and with BF16 */
int mens_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni")) {
    return __builtin_cpu_supports("avx512bf16") ? 3 : 2;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    return 1;
  }
  return -1;
#else
  return 0;
#endif
}

static const struct kernels *kernels(int level) {
#if defined(__x86_64__)
  return level >= 2 ? &kernels_avx512 : &kernels_avx2;
#else
  (void)level;
  return &kernels_portable;
#endif
}

/* y[r, o] = w[o] . x[r] for from <= o < to; from is a multiple of 16. */
void mens_multiply(int level, int format, const uint8_t *w, int k, const uint8_t *x,
                   int64_t x_step, int rows, float *y, int64_t y_step, int from, int to) {
  kernels(level)->multiply[format](w, k, x, x_step, rows, y, y_step, from, to);
}

/* Starts to load bytes into the second-level cache. */
void mens_load(const uint8_t *from, int64_t bytes) {
  for (int64_t at = 0; at < bytes; at += 64) __builtin_prefetch(from + at, 0, 2);
}

/* Makes the int8 form of elements from <= i < end, multiples of 32, of a row of k. */
void mens_quantize(int level, const float *x, uint8_t *to, int k, int from, int end) {
  kernels(level)->quantize(x, to, k, from, end);
}

#if defined(__x86_64__)
/* y[r, o] = w[o] . x[r] for packed BF16 weights, level 3 only; `halves` is x split, `halves_step` from
 * row to row. `scratch` is 16 k floats. */
void mens_multiply_bf16(const uint8_t *w, int k, const float *x, const uint16_t *halves,
                        int64_t x_step, int64_t halves_step, int rows, float *y, int64_t y_step,
                        int from, int to, uint32_t *scratch) {
  if (rows < BF16_MANY) {
    bf16_few(w, k, x, x_step, halves, halves_step, rows, y, y_step, from, to);
  } else {
    bf16_many(w, k, halves, halves_step, rows, y, y_step, from, to, scratch);
  }
}

/* Bytes of a panel of 32 rows, level 3 only. */
int64_t mens_bf16_panel_bytes(int k) { return bf16_panel_bytes(k); }

/* Packs panels from <= p < to of a matrix of `rows` rows, level 3 only. One that counts more exceptions
 * than it has room for is not the matrix. */
void mens_pack_bf16(const uint16_t *w, int rows, int k, uint8_t *packed, int from, int to) {
  bf16_pack(w, rows, k, packed, from, to);
}

/* Elements from <= i < end, multiples of 32, of a row of x as k larger and k smaller BF16, level 3
 * only. */
void mens_split_bf16(const float *x, uint16_t *to, int k, int from, int end) {
  bf16_split(x, to, k, from, end);
}
#endif

/* Attention of a few queries, see attend.inc. */
void mens_attend(int level, const struct attention *a, uint8_t *const *pages, int64_t keys,
                 int64_t values, int start, int rows, int first, int queries, const float *q,
                 float *out, int64_t step, float *scratch) {
  kernels(level)->attend(a, pages, keys, values, start, rows, first, queries, q, out, step, scratch);
}

/* Rows between products, see rows.inc. */
void mens_normalize(int level, const float *x, float *y, int width, const float *gain,
                    const float *bias, int centered, float epsilon) {
  kernels(level)->normalize(x, y, width, gain, bias, centered, epsilon);
}

void mens_add_scaled(int level, const float *x, float scale, float *y, int count) {
  kernels(level)->add_scaled(x, scale, y, count);
}

void mens_silu(int level, float *y, const float *up, int count) {
  kernels(level)->silu(y, up, count);
}

void mens_rotate(int level, float *row, int heads, int size, const float *cosines,
                 const float *sines, int pairs) {
  kernels(level)->rotate(row, heads, size, cosines, sines, pairs);
}

#if defined(__x86_64__)
/* Writes elements as F16, `step` bytes apart. */
void mens_spread_halves(const float *from, uint8_t *to, int64_t step, int count) {
  f16_spread(from, to, step, count);
}
#endif

/* Writes elements `step` bytes apart. */
void mens_spread(const float *from, uint8_t *to, int64_t step, int count) {
  for (int i = 0; i < count; i++) memcpy(to + step * i, from + i, 4);
}

#include "repack.inc"
