// repack_<format>: blocks of a file into the two planes of weights.cuh, padded to 256 columns with zeros.
//
// raw   rows of k/32 (q8_0: 34 bytes, q4_0: 18), k/64 (nf4: 36) or k/256 (q4_k: 144, q6_k: 210) blocks, layouts in docs/formats.md
// grid  (rows·kp/256 + 127)/128 blocks of 128: a thread makes 256 columns of a row
// twin  dev.mens.compute.Elements reads the same blocks
// measured H100, k = 4,096, share of the memory limit: q8_0 1 %, q4_0 and q4_k 5 %, q6_k 2 %, nf4 6 %; once, while loading
#include "weights.cuh"

// Byte-wise, because blocks of a file start anywhere.
__device__ __forceinline__ uint16_t u16(const uint8_t* at) { return at[0] | at[1] << 8; }
__device__ __forceinline__ unsigned u32(const uint8_t* at) { return u16(at) | unsigned(u16(at + 2)) << 16; }

template <Format F>
__device__ void repackSuperblock(const uint8_t* raw, uint8_t* q, uint8_t* m, int valid) {
    if constexpr (F == Q8_0) {
        for (int b = 0; b < 8; b++) {
            const uint8_t* block = raw + b * 34;
            bool live = b * 32 < valid;
            reinterpret_cast<uint16_t*>(m)[b] = live ? u16(block) : 0;
            for (int i = 0; i < 32; i++) q[b / 2 * 64 + i / 8 * 16 + b % 2 * 8 + i % 8] = live ? block[2 + i] : 0;
        }
    } else {
        unsigned words[32] = {};
        for (int i = 0; i < valid; i++) {
            int t, j;
            if constexpr (F == Q6_K) place16(i % 32, t, j);
            else place32(i % 32, t, j);
            int word = i / 128 * 16 + t * 4 + i % 128 / 32;
            if constexpr (F == NF4) words[word] |= (raw[i / 64 * 36 + 4 + i % 64 / 2] >> (i % 2 ? 0 : 4) & 15u) << 4 * j;
            if constexpr (F == Q4_0) words[word] |= (raw[i / 32 * 18 + 2 + i % 16] >> i % 32 / 16 * 4 & 15u) << 4 * nibble(j);
            if constexpr (F == Q4_K) words[word] |= (raw[16 + i / 64 * 32 + i % 32] >> i / 32 % 2 * 4 & 15u) << 4 * nibble(j);
            if constexpr (F == Q6_K) words[word] |= (raw[i / 128 * 64 + i % 64] >> i / 64 % 2 * 4 & 15u) << 4 * nibble(j);
        }
        for (int i = 0; i < 32; i++) reinterpret_cast<unsigned*>(q)[i] = words[i];
        if constexpr (F == Q4_0) {
            for (int b = 0; b < 8; b++) reinterpret_cast<uint16_t*>(m)[b] = b * 32 < valid ? u16(raw + b * 18) : 0;
        }
        if constexpr (F == NF4) {
            for (int b = 0; b < 4; b++) reinterpret_cast<unsigned*>(m)[b] = b * 64 < valid ? u32(raw + b * 36) : 0;
        }
        if constexpr (F == Q4_K) {
            for (int i = 0; i < 16; i++) m[i] = raw[i];
        }
    }
}

// Q6_K's high pairs are a plane of their own behind the row's nibbles.
__device__ void repackHighPairs(const uint8_t* raw, unsigned* pairs, uint8_t* m) {
    for (int i = 0; i < 16; i++) pairs[i] = 0;
    for (int i = 0; i < 256; i++) {
        int t, j;
        place16(i % 32, t, j);
        int block = i % 128 / 32;
        unsigned high = raw[128 + i / 128 * 32 + i % 32] >> i / 32 % 4 * 2 & 3u;
        pairs[i / 128 * 8 + t * 2 + block / 2] |= high << (block % 2 * 8 + j / 2 * 2 + j % 2 * 16);
    }
    m[0] = raw[208];
    m[1] = raw[209];
    for (int i = 2; i < 16; i++) m[i] = 0;
    for (int i = 0; i < 16; i++) m[16 + i] = raw[192 + i];
}

template <Format F>
__device__ void repack(const uint8_t* raw, uint8_t* w, void* meta, int rows, int k) {
    int superblocks = padded(k) / 256;
    int index = blockIdx.x * blockDim.x + threadIdx.x;
    if (index >= rows * superblocks) return;
    int row = index / superblocks;
    int s = index % superblocks;
    int blockElements = F == Q4_K || F == Q6_K ? 256 : F == NF4 ? 64 : 32;
    int blockBytes = F == Q8_0 ? 34 : F == Q4_0 ? 18 : F == Q4_K ? 144 : F == Q6_K ? 210 : 36;
    const uint8_t* from = raw + (size_t(row) * k + s * 256) / blockElements * blockBytes;
    uint8_t* q = w + row * rowBytes<F>(k) + s * (F == Q8_0 ? 256 : 128);
    uint8_t* m = static_cast<uint8_t*>(meta) + row * metaBytes<F>(k) + s * (F == Q6_K ? 32 : 16);
    repackSuperblock<F>(from, q, m, min(256, k - s * 256));
    if constexpr (F == Q6_K) repackHighPairs(from, reinterpret_cast<unsigned*>(w + row * rowBytes<F>(k) + padded(k) / 2) + s * 16, m);
}

#define DEFINE(F, name) \
    extern "C" __global__ void repack_##name(const uint8_t* raw, uint8_t* w, void* meta, int rows, int k) { repack<F>(raw, w, meta, rows, k); }
FOR_EACH_QUANTIZED(DEFINE)
