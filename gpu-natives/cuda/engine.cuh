// Hopper's copy engine, which fills shared memory by tiles and counts their bytes on barriers, and products of such tiles.
#pragma once
#include <cuda.h>
#include "hopper.cuh"

#if __CUDA_ARCH_FEAT_SM90_ALL
__device__ __forceinline__ unsigned sharedAddress(const void* shared) { return static_cast<unsigned>(__cvta_generic_to_shared(shared)); }
__device__ __forceinline__ void initialize(uint64_t* barrier, int arrivals = 1) {
    asm volatile("mbarrier.init.shared.b64 [%0], %1;" ::"r"(sharedAddress(barrier)), "r"(arrivals) : "memory");
}
// To the copy engine, once all are initialized.
__device__ __forceinline__ void showBarriers() { asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory"); }
__device__ __forceinline__ void expectBytes(uint64_t* barrier, int bytes) {
    asm volatile("mbarrier.arrive.expect_tx.shared.b64 _, [%0], %1;" ::"r"(sharedAddress(barrier)), "r"(bytes) : "memory");
}
__device__ __forceinline__ void arrive(uint64_t* barrier) {
    asm volatile("mbarrier.arrive.shared.b64 _, [%0];" ::"r"(sharedAddress(barrier)) : "memory");
}
__device__ __forceinline__ void awaitPhase(uint64_t* barrier, int parity) {
    asm volatile(
        "{\n.reg .pred done;\nagain:\nmbarrier.try_wait.parity.acquire.cta.shared::cta.b64 done, [%0], %1;\n@!done bra again;\n}" ::"r"(sharedAddress(barrier)), "r"(parity)
        : "memory");
}

__device__ __forceinline__ void copyTile(void* to, const CUtensorMap& map, uint64_t* barrier, int column, int row) {
    asm volatile("cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1, {%3, %4}], [%2];" ::"r"(sharedAddress(to)),
        "l"(&map), "r"(sharedAddress(barrier)), "r"(column), "r"(row)
        : "memory");
}
// Of an array [fourth][all][all][column].
__device__ __forceinline__ void copyTiles(void* to, const CUtensorMap& map, uint64_t* barrier, int column, int fourth) {
    asm volatile("cp.async.bulk.tensor.4d.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1, {%3, 0, 0, %4}], [%2];" ::"r"(sharedAddress(to)),
        "l"(&map), "r"(sharedAddress(barrier)), "r"(column), "r"(fourth)
        : "memory");
}

// The same to the same place of every block of the cluster that `mask` has, where the barrier counts it too.
__device__ __forceinline__ void copyTileToAll(void* to, const CUtensorMap& map, uint64_t* barrier, int column, int row, int mask) {
    asm volatile("cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes.multicast::cluster [%0], [%1, {%3, %4}], [%2], %5;" ::"r"(
                     sharedAddress(to)),
        "l"(&map), "r"(sharedAddress(barrier)), "r"(column), "r"(row), "h"(static_cast<short>(mask))
        : "memory");
}

__device__ __forceinline__ unsigned rankInCluster() {
    unsigned rank;
    asm("mov.u32 %0, %%cluster_ctarank;" : "=r"(rank));
    return rank;
}
// All threads of the cluster meet: what matters between them is on barriers, so nothing is flushed here.
__device__ __forceinline__ void comeToCluster() { asm volatile("barrier.cluster.arrive.relaxed.aligned;" ::: "memory"); }
__device__ __forceinline__ void awaitCluster() { asm volatile("barrier.cluster.wait.aligned;" ::: "memory"); }
// At this barrier of another block of the cluster.
__device__ __forceinline__ void arriveAt(uint64_t* barrier, int rank) {
    asm volatile("{\n.reg .b32 at;\nmapa.shared::cluster.u32 at, %0, %1;\nmbarrier.arrive.shared::cluster.b64 _, [at];\n}" ::"r"(
                     sharedAddress(barrier)),
        "r"(rank)
        : "memory");
}

// All of a group of four warps meet, of which a block has one.
__device__ __forceinline__ void awaitGroup() { asm volatile("bar.sync 1, 128;" ::: "memory"); }

// To a block of the cluster, where the barrier counts the bytes.
__device__ __forceinline__ void send(float4* to, uint64_t* barrier, int rank, const float (&v)[4]) {
    asm volatile("{\n.reg .b32 to, at;\nmapa.shared::cluster.u32 to, %0, %2;\nmapa.shared::cluster.u32 at, %1, %2;\n"
        "st.async.shared::cluster.mbarrier::complete_tx::bytes.v4.f32 [to], {%3, %4, %5, %6}, [at];\n}" ::"r"(sharedAddress(to)),
        "r"(sharedAddress(barrier)), "r"(rank), "f"(v[0]), "f"(v[1]), "f"(v[2]), "f"(v[3])
        : "memory");
}

// What a group of four warps has of the registers from here on.
template <int COUNT>
__device__ __forceinline__ void giveRegisters() {
    asm volatile("setmaxnreg.dec.sync.aligned.u32 %0;" ::"n"(COUNT));
}
template <int COUNT>
__device__ __forceinline__ void takeRegisters() {
    asm volatile("setmaxnreg.inc.sync.aligned.u32 %0;" ::"n"(COUNT));
}

// Those begun last may go on.
template <int PENDING>
__device__ __forceinline__ void awaitAllBut() {
    asm volatile("wgmma.wait_group.sync.aligned %0;" ::"n"(PENDING) : "memory");
}

// Operands of an instruction for so many eights of rows of b, each four sums of a lane.
#define SUMS(i) "+f"(d[i][0]), "+f"(d[i][1]), "+f"(d[i][2]), "+f"(d[i][3])
#define NUMBERS_9 \
    "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, %16, %17, %18, %19, %20, %21, %22, %23, " \
    "%24, %25, %26, %27, %28, %29, %30, %31, %32, %33, %34, %35"
#define SUMS_9 SUMS(0), SUMS(1), SUMS(2), SUMS(3), SUMS(4), SUMS(5), SUMS(6), SUMS(7), SUMS(8)
#define NUMBERS_13 NUMBERS_9 ", " "%36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47, %48, %49, %50, %51"
#define SUMS_13 SUMS_9, SUMS(9), SUMS(10), SUMS(11), SUMS(12)
#define NUMBERS_16 NUMBERS_13 ", " "%52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63"
#define SUMS_16 SUMS_13, SUMS(13), SUMS(14), SUMS(15)
#define NUMBERS_18 NUMBERS_16 ", " "%64, %65, %66, %67, %68, %69, %70, %71"
#define SUMS_18 SUMS_16, SUMS(16), SUMS(17)
#define NUMBERS_24 NUMBERS_18 ", " \
    "%72, %73, %74, %75, %76, %77, %78, %79, %80, %81, %82, %83, %84, %85, %86, %87, %88, %89, %90, %91, %92, %93, %94, %95"
#define SUMS_24 SUMS_18, SUMS(18), SUMS(19), SUMS(20), SUMS(21), SUMS(22), SUMS(23)
#define NUMBERS_26 NUMBERS_24 ", " "%96, %97, %98, %99, %100, %101, %102, %103"
#define SUMS_26 SUMS_24, SUMS(24), SUMS(25)
#define NUMBERS_28 NUMBERS_26 ", " "%104, %105, %106, %107, %108, %109, %110, %111"
#define SUMS_28 SUMS_26, SUMS(26), SUMS(27)
#define NUMBERS_32 NUMBERS_28 ", " "%112, %113, %114, %115, %116, %117, %118, %119, %120, %121, %122, %123, %124, %125, %126, %127"
#define SUMS_32 SUMS_28, SUMS(28), SUMS(29), SUMS(30), SUMS(31)
// d += a · bᵀ of 64 rows of a and ROWS of b, 16 columns each; A and B are the numbers behind those of the sums.
#define DEFINE_MULTIPLY(ROWS, EIGHTS, A, B) \
    __device__ __forceinline__ void multiply(float (&d)[EIGHTS][4], uint64_t a, uint64_t b) { \
        asm volatile("wgmma.mma_async.sync.aligned.m64n" #ROWS "k16.f32.bf16.bf16 {" NUMBERS_##EIGHTS "}, %" #A ", %" #B ", 1, 1, 1, 0, 0;" \
            : SUMS_##EIGHTS : "l"(a), "l"(b)); \
    }
DEFINE_MULTIPLY(72, 9, 36, 37)
DEFINE_MULTIPLY(104, 13, 52, 53)
DEFINE_MULTIPLY(128, 16, 64, 65)
DEFINE_MULTIPLY(144, 18, 72, 73)
DEFINE_MULTIPLY(192, 24, 96, 97)
DEFINE_MULTIPLY(208, 26, 104, 105)
DEFINE_MULTIPLY(224, 28, 112, 113)
DEFINE_MULTIPLY(256, 32, 128, 129)
#undef DEFINE_MULTIPLY
#undef SUMS
#endif
