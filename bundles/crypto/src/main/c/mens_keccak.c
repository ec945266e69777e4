/*
 * SHA3-512's permutation, which bounds the speed of an import (docs/decisions/0004): the same
 * source (keccak.inc) over 64-bit integers and, where the processor has AVX-512, over the low
 * lanes of its 32 vector registers. There a round stays in registers, and one instruction takes
 * the parity of three lanes, rotates, or does chi. `mens_level` says which one runs here.
 */
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { LANES = 25, RATE = 72 };

static const uint64_t constants[24] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
    0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
    0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
    0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
    0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008};

/* Little-endian, as FIPS 202, appendix B.1 has it; mens_level refuses other machines. */
static inline uint64_t lane(const uint8_t *bytes) {
  uint64_t lane;
  memcpy(&lane, bytes, sizeof lane);
  return lane;
}

#define LANE uint64_t
#define SET(x) (x)
#define GET(x) (x)
#define XOR(a, b) ((a) ^ (b))
#define XOR5(a, b, c, d, e) ((a) ^ (b) ^ (c) ^ (d) ^ (e))
#define ROL(a, n) ((a) << (n) | (a) >> (64 - (n)))
#define CHI1(a, b, c) ((a) ^ (~(b) & (c)))
#define NAME(f) f##_portable
#include "keccak.inc"
#undef NAME
#if defined(__x86_64__)
/* The same with andn for chi and rotations that do not overwrite. */
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("bmi,bmi2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("bmi,bmi2")
#endif
#define NAME(f) f##_bmi
#include "keccak.inc"
#undef NAME
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
#undef LANE
#undef SET
#undef GET
#undef XOR
#undef XOR5
#undef ROL
#undef CHI1

#if defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512vl")
#endif
#define NAME(f) f##_avx512
#define LANE __m128i
#define SET(x) _mm_cvtsi64_si128((long long)(x))
#define GET(x) (uint64_t) _mm_cvtsi128_si64(x)
#define XOR(a, b) _mm_xor_si128(a, b)
#define XOR3(a, b, c) _mm_ternarylogic_epi64(a, b, c, 0x96)
#define XOR5(a, b, c, d, e) XOR3(XOR3(a, b, c), d, e)
#define ROL(a, n) _mm_rol_epi64(a, n)
#define CHI1(a, b, c) _mm_ternarylogic_epi64(a, b, c, 0xd2)
#include "keccak.inc"
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif

/* -1 none of those below, 0 portable, 1 BMI and AVX2, 2 AVX-512; for mens_blake3.c too */
int mens_level(void) {
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
  return -1;
#elif defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512vl"))
    return 2;
  return __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
                 __builtin_cpu_supports("avx2")
             ? 1
             : 0;
#else
  return 0;
#endif
}

/* Absorbs whole blocks of SHA3-512 into a state of 25 lanes. */
void mens_absorb(int level, uint64_t *state, const uint8_t *blocks, int64_t count) {
#if defined(__x86_64__)
  if (level == 2) {
    absorb_avx512(state, blocks, count);
    return;
  }
  if (level == 1) {
    absorb_bmi(state, blocks, count);
    return;
  }
#else
  (void)level;
#endif
  absorb_portable(state, blocks, count);
}
