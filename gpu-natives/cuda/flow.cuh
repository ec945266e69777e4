// How the weights of onerow.cuh come into shared memory: as copies.cuh has them, but whole units, by fewer instructions.
#pragma once
#include "integers.cuh"

// What a warp copies into its slots, in its order: whole units only. Addresses go on by sums, since instructions are scarce.
template <Format F>
struct Flow {
    static constexpr int PIECES = mainBytes<F>() / 16;  // of a row's span; a lane has one of every STEP-th row
    static constexpr int STEP = 32 / PIECES;
    static constexpr int COUNT = UNIT / STEP;
    const uint8_t *from, *record;
    ptrdiff_t unitBytes, unitRecordBytes;  // to the warp's next unit from the end of one
    unsigned rowStep, lower;               // bytes to a lane's next row, and to the unit's second half
    int toSlot, toRecord, unit, units, unitStep, span, spans, member, team;

    __device__ __forceinline__ Flow(const uint8_t* w, const uint8_t* meta, int k, int outputs, int each, int units, int spans, int team, int teams, int own,
        int slots)
        : units(units), spans(spans), team(team) {
        int lane = threadIdx.x % 32, piece = lane % PIECES;
        bool gated = each < UNIT;
        unsigned rowBytesOf = rowBytes<F>(k), metaBytesOf = metaBytes<F>(k);
        member = threadIdx.x / 32 & (team - 1);
        unit = blockIdx.x + own * gridDim.x;
        unitStep = gridDim.x * teams;
        span = member;
        rowStep = STEP * rowBytesOf;
        lower = (gated ? outputs : UNIT / 2) * rowBytesOf;
        from = w + size_t(unit) * each * rowBytesOf + lane / PIECES * rowBytesOf + piece * 16 + member * mainBytes<F>();
        int half = lane / (UNIT / 2) % 2;
        record = meta + size_t(unit * each + lane % (UNIT / 2) + half * (gated ? outputs : UNIT / 2)) * metaBytesOf + member * META;
        int taken = spans - span + team - 1 >> (team == WARPS ? 4 : 3);
        unitBytes = ptrdiff_t(unitStep) * each * rowBytesOf - taken * team * mainBytes<F>();
        unitRecordBytes = ptrdiff_t(unitStep) * each * metaBytesOf - taken * team * META;
        toSlot = slots + piece / 4 * GROUP + lane / PIECES * 64 + piece % 4 * 16;
        toRecord = slots + quantSlot<F>() + lane * META;
    }
    // Starts the next span's.
    __device__ __forceinline__ void start(int slot) {
        if (unit < units && span < spans) {
            unsigned to = toSlot + slot * slotBytes<F>();
#pragma unroll
            for (int i = 0; i < COUNT; i++) {
                copy(to + i * STEP * 64, from + size_t(i % (COUNT / 2) * rowStep + i / (COUNT / 2) * lower));
            }
            if (threadIdx.x % 32 < UNIT) copy(toRecord + slot * slotBytes<F>(), record);
        }
        commitCopies();
        span += team;
        from += team * mainBytes<F>();
        record += team * META;
        if (span < spans) return;
        span = member;
        unit += unitStep;
        from += unitBytes;
        record += unitRecordBytes;
    }
    static __device__ __forceinline__ void copy(unsigned to, const uint8_t* from) {
        asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(to), "l"(from) : "memory");
    }
};
