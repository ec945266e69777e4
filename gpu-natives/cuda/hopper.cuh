// What Hopper's tensor cores want: products of a group of four warps, whose second operand lies in shared memory as the instruction reads it.
#pragma once
#include "fragments.cuh"

// A tile in shared memory: rows of 64 elements, 128 bytes, of which 16 bytes at `eighth` of row r lie at eighth ^ r % 8; eight rows are a unit of 1,024 bytes.
constexpr int SWIZZLED_COLUMNS = 64;
constexpr int SWIZZLED_BYTES = 128;

// Copies ROWS rows of COLUMNS elements by all threads, 64 columns behind the other; rows beyond `rows` repeat the last.
template <int ROWS, int COLUMNS, int THREADS>
__device__ __forceinline__ void copySwizzled(uint8_t* to, const bf16* from, size_t rowElements, int rows) {
#pragma unroll
    for (int first = 0; first < ROWS * COLUMNS / 8; first += THREADS) {
        int i = first + threadIdx.x, row = i / (COLUMNS / 8), at = i % (COLUMNS / 8);
        copyAsync<16>(to + (at / 8 * ROWS + row) * SWIZZLED_BYTES + (at % 8 ^ row % 8) * 16, from + ::min(row, rows - 1) * rowElements + at * 8);
    }
}

#if __CUDA_ARCH_FEAT_SM90_ALL
// What was written to shared memory by threads or their copies is seen by the products after the next barrier.
__device__ __forceinline__ void showProducts() { asm volatile("fence.proxy.async.shared::cta;" ::: "memory"); }

// Of a swizzled tile; 16 columns further on are 2 units, 8 rows 64 units. `beside` is the distance of the next 64 columns where those are not summed over.
__device__ __forceinline__ uint64_t descriptor(const void* shared, int beside = 16) {
    uint64_t at = static_cast<unsigned>(__cvta_generic_to_shared(shared));
    return (at >> 4 & 0x3fff) | static_cast<uint64_t>(beside >> 4) << 16 | 64ull << 32 | 1ull << 62;
}
__device__ __forceinline__ void beginProducts() { asm volatile("wgmma.fence.sync.aligned;" ::: "memory"); }
__device__ __forceinline__ void commitProducts() { asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory"); }
__device__ __forceinline__ void awaitProducts() { asm volatile("wgmma.wait_group.sync.aligned 0;" ::: "memory"); }

#define SUMS(i) "+f"(d[i][0]), "+f"(d[i][1]), "+f"(d[i][2]), "+f"(d[i][3])
// d = a · bᵀ, or added to d, of 64 rows of a and of b, 16 columns each.
__device__ __forceinline__ void multiply(float (&d)[8][4], uint64_t a, uint64_t b, bool add) {
    asm volatile("{\n.reg .pred p;\nsetp.ne.b32 p, %34, 0;\n"
        "wgmma.mma_async.sync.aligned.m64n64k16.f32.bf16.bf16 {"
        "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, "
        "%16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31"
        "}, %32, %33, p, 1, 1, 0, 0;\n}"
        : SUMS(0), SUMS(1), SUMS(2), SUMS(3), SUMS(4), SUMS(5), SUMS(6), SUMS(7)
        : "l"(a), "l"(b), "r"(static_cast<int>(add)));
}
// d += a · b of 64 rows of a, a lane's fragments as of mma, and 16 rows of b.
__device__ __forceinline__ void multiplyRows(float (&d)[8][4], const unsigned (&a)[4], uint64_t b) {
    asm volatile(
        "wgmma.mma_async.sync.aligned.m64n64k16.f32.bf16.bf16 {"
        "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, "
        "%16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31"
        "}, {%32, %33, %34, %35}, %36, 1, 1, 1, 1;"
        : SUMS(0), SUMS(1), SUMS(2), SUMS(3), SUMS(4), SUMS(5), SUMS(6), SUMS(7)
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b));
}
__device__ __forceinline__ void multiplyRows(float (&d)[16][4], const unsigned (&a)[4], uint64_t b) {
    asm volatile(
        "wgmma.mma_async.sync.aligned.m64n128k16.f32.bf16.bf16 {"
        "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, "
        "%16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31, "
        "%32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47, "
        "%48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63"
        "}, {%64, %65, %66, %67}, %68, 1, 1, 1, 1;"
        : SUMS(0), SUMS(1), SUMS(2), SUMS(3), SUMS(4), SUMS(5), SUMS(6), SUMS(7),
          SUMS(8), SUMS(9), SUMS(10), SUMS(11), SUMS(12), SUMS(13), SUMS(14), SUMS(15)
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b));
}
#undef SUMS
#endif
