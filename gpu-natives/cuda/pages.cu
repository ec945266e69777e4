// copy_pages: whole pages of a pool, for sequences that share a prefix and then part.
//
// pairs     {from, to} page numbers; grid (pairs, 8), blocks of 256; 16 bytes a thread at a time
#include "mens.cuh"

extern "C" __global__ void copy_pages(uint4* pool, const int2* pairs, int count, int uint4PerPage) {
    enter();
    const uint4* from = pool + size_t(pairs[blockIdx.x].x) * uint4PerPage;
    uint4* to = pool + size_t(pairs[blockIdx.x].y) * uint4PerPage;
    for (int i = blockIdx.y * blockDim.x + threadIdx.x; i < uint4PerPage; i += gridDim.y * blockDim.x) to[i] = from[i];
}
