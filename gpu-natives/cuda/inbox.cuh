// How the blocks of a cluster add up mixes of attention's slices.
#pragma once
#include "tiles.cuh"

__device__ __forceinline__ void add(float4& sum, float weight, float4 v) {
    sum.x += weight * v.x;
    sum.y += weight * v.y;
    sum.z += weight * v.z;
    sum.w += weight * v.w;
}
__device__ __forceinline__ void put4(bf16* at, float4 v, float scale) {
    *reinterpret_cast<uint2*>(at) = make_uint2(pack(v.x * scale, v.y * scale), pack(v.z * scale, v.w * scale));
}

#if __CUDA_ARCH__ >= 900
__device__ __forceinline__ unsigned sharedAddress(const void* shared) { return static_cast<unsigned>(__cvta_generic_to_shared(shared)); }
// Where a block of the cluster has what this block has at `own`.
__device__ __forceinline__ unsigned inBlock(const void* own, int block) {
    unsigned at;
    asm volatile("mapa.shared::cluster.u32 %0, %1, %2;" : "=r"(at) : "r"(sharedAddress(own)), "r"(block));
    return at;
}

constexpr int MOST_SPLITS = 8;  // a cluster's blocks

// What a block gets from all of its cluster: their mixes of its share of the elements, by fours, and each head's largest score and sum.
// They push it, and a barrier counts the bytes: nobody waits for anything to be read.
struct Inbox {
    float4* mixes;   // [splits][share]
    float2* merged;  // [splits][heads]
    uint64_t* full;
    int splits, heads, share, first, own;

    __device__ Inbox(void* at, int splits, int heads, int fours) : splits(splits), heads(heads) {
        share = (fours + splits - 1) / splits;
        first = blockIdx.x * share;
        own = ::max(0, ::min(share, fours - first));
        mixes = static_cast<float4*>(at);
        merged = reinterpret_cast<float2*>(mixes + splits * share);
        full = reinterpret_cast<uint64_t*>(merged + splits * heads);
    }
    // Before anything else; others send only after `awaitOthers`.
    __device__ void open() const {
        if (threadIdx.x == 0) {
            asm volatile("mbarrier.init.shared.b64 [%0], 1;\nfence.mbarrier_init.release.cluster;" ::"r"(sharedAddress(full)) : "memory");
            asm volatile("mbarrier.arrive.expect_tx.shared.b64 _, [%0], %1;" ::"r"(sharedAddress(full)),
                "r"(splits * (own * 16 + heads * 8)) : "memory");
        }
        __syncwarp();
        asm volatile("barrier.cluster.arrive.release.aligned;" ::: "memory");
    }
    __device__ void awaitOthers() const { asm volatile("barrier.cluster.wait.acquire.aligned;" ::: "memory"); }
    __device__ void send(int four, float4 mix) const {
        int to = four / share;
        asm volatile("st.async.weak.shared::cluster.mbarrier::complete_tx::bytes.v4.f32 [%0], {%1, %2, %3, %4}, [%5];" ::"r"(
                         inBlock(mixes + blockIdx.x * share + four % share, to)),
            "f"(mix.x), "f"(mix.y), "f"(mix.z), "f"(mix.w), "r"(inBlock(full, to))
            : "memory");
    }
    __device__ void send(int head, float2 own) const {
        for (int to = 0; to < splits; to++) {
            asm volatile("st.async.weak.shared::cluster.mbarrier::complete_tx::bytes.v2.f32 [%0], {%1, %2}, [%3];" ::"r"(
                             inBlock(merged + blockIdx.x * heads + head, to)),
                "f"(own.x), "f"(own.y), "r"(inBlock(full, to))
                : "memory");
        }
    }
    // Every block must stay until it has got everything.
    __device__ void finish(bf16* out, int foursOfHead) const {
        asm volatile(
            "{\n.reg .pred done;\nagain:\nmbarrier.try_wait.parity.acquire.cluster.shared::cta.b64 done, [%0], 0;\n@!done bra again;\n}" ::"r"(sharedAddress(full))
            : "memory");
        for (int four = threadIdx.x; four < own; four += blockDim.x) {
            int head = (first + four) / foursOfHead;
            float max = -INFINITY, sum = 0;
            float4 total = make_float4(0, 0, 0, 0);
#pragma unroll
            for (int s = 0; s < MOST_SPLITS; s++) {
                if (s < splits) max = fmaxf(max, merged[s * heads + head].x);
            }
#pragma unroll
            for (int s = 0; s < MOST_SPLITS; s++) {
                if (s >= splits) break;
                float weight = exp2Fast(merged[s * heads + head].x - max);
                sum += weight * merged[s * heads + head].y;
                add(total, weight, mixes[s * share + four]);
            }
            put4(out + (first + four) * 4, total, 1 / sum);
        }
    }
};
#endif
