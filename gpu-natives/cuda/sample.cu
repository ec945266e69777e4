// sample: the next token of each row from its logits, by the rules of dev.mens.transformer.sampling in their order: repetition, frequency and
// presence penalties, temperature, top-k, top-p, min-p, then the likeliest or a draw.
// likeliest: finds the largest logit of each row where cublasLt made them; linear.cu does so on the way.
//
// logits    f32 [rows, stride(vocabulary)], changed
// best      what linear.cu found: key of the likeliest, all ones if a logit is not finite; set to 0 for the next step
// counts    [histories][stride(vocabulary)]: bit 31 = in the prompt, the rest = times generated
// chosen    the token, −1 if a logit is not finite. With `advance` the row becomes that token's, one position on; padding rows of a batch stay.
//           Tokens at odd positions are then behind all of those at even ones, so that the next step may be queued before these are read
// grid      sample: a block of 1024 for each row; likeliest: (slices of 8,192 logits, rows), blocks of 256
// exactness probabilities are summed as whole multiples of 2^-40, so that results depend on no order; the draw's number is SplitMix's of
//           (seed, tokens drawn)            Steele et al. 2014
// twin      Sampler, LogitsRule, Draw
// measured  H100, 64 rows of 128,256 logits: likeliest 13 µs, 86 % of the memory limit; sample greedy 18 µs, top-k, top-p and min-p 0.24 ms
#include "mens.cuh"
#include "epilogue.cuh"

struct Rule {
    float repetition, frequency, presence, temperature, topP, minP;
    int topK;
    int flags;
    unsigned long long seed;
    int history;
    int reserved;
};

constexpr int GREEDY = 1, ONLY_BEST = 2, PADDING = 4;
constexpr unsigned IN_PROMPT = 1u << 31;
constexpr int WARPS = 32;
using Mass = unsigned long long;

__device__ __forceinline__ Mass massOf(float logit, float highest) { return static_cast<Mass>(expf(logit - highest) * 1099511627776.0f); }

__device__ unsigned long long mixed(unsigned long long z) {
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ z >> 27) * 0x94d049bb133111ebull;
    return z ^ z >> 31;
}
__device__ double uniform(unsigned long long seed, long long position) {
    constexpr unsigned long long GAMMA = 0x9e3779b97f4a7c15ull;
    return (mixed(mixed(seed + GAMMA) + GAMMA * (position + 1)) >> 11) * 0x1.0p-53;
}

template <typename T>
__device__ T blockReduce(T v, T* scratch, T (*join)(T, T)) {
    for (int lanes = 16; lanes > 0; lanes /= 2) v = join(v, __shfl_xor_sync(~0u, v, lanes));
    if (threadIdx.x % 32 == 0) scratch[threadIdx.x / 32] = v;
    __syncthreads();
    v = scratch[0];
    for (int w = 1; w < WARPS; w++) v = join(v, scratch[w]);
    __syncthreads();
    return v;
}
__device__ unsigned long long larger(unsigned long long a, unsigned long long b) { return a > b ? a : b; }
__device__ unsigned long long plus(unsigned long long a, unsigned long long b) { return a + b; }

// The candidates that the rules so far left: keys above `key`, and of those equal to it the first `ties` by token.
struct Kept {
    unsigned key;
    unsigned ties;
};
constexpr unsigned ALL = ~0u;

constexpr int BINS = 2048;

struct Workspace {
    unsigned long long reduce[WARPS];
    unsigned low[BINS], high[BINS];  // halves of a measure: shared memory adds 32 bits by itself, 64 only by trying
    Mass above;
    unsigned bin;
    unsigned warpTies[WARPS];
    Mass warpMass[WARPS];
    int token;
};

// Calls `use` with each logit and its token; a thread has the same ones each time, several of them on their way together.
template <typename Use>
__device__ __forceinline__ void forEach(const float* logits, int vocabulary, Use use) {
    constexpr int AHEAD = 4;
    int step = blockDim.x * 4;
    for (int first = threadIdx.x * 4; first < vocabulary; first += AHEAD * step) {
        float4 v[AHEAD];
#pragma unroll
        for (int j = 0; j < AHEAD; j++) {
            if (first + j * step < vocabulary) v[j] = *reinterpret_cast<const float4*>(logits + first + j * step);
        }
#pragma unroll
        for (int j = 0; j < AHEAD; j++) {
            int i = first + j * step;
            if (i < vocabulary) use(v[j].x, i);
            if (i + 1 < vocabulary) use(v[j].y, i + 1);
            if (i + 2 < vocabulary) use(v[j].z, i + 2);
            if (i + 3 < vocabulary) use(v[j].w, i + 3);
        }
    }
}
// Calls `use` with the logits of a warp's range, 32 neighbours at a time; those from `to` on are nobody's.
template <typename Use>
__device__ __forceinline__ void forEachInOrder(const float* logits, int from, int to, Use use) {
    constexpr int AHEAD = 8;
    for (int first = from; first < to; first += AHEAD * 32) {
        float v[AHEAD];
#pragma unroll
        for (int j = 0; j < AHEAD; j++) {
            int i = first + j * 32 + threadIdx.x % 32;
            v[j] = i < to ? logits[i] : 0;
        }
#pragma unroll
        for (int j = 0; j < AHEAD; j++) {
            if (first + j * 32 < to) use(v[j], first + j * 32 + threadIdx.x % 32);
        }
    }
}

// The likeliest, or all ones: see `candidate`.
__device__ unsigned long long top(const float* logits, int vocabulary, Workspace& ws) {
    unsigned long long top = 0;
    forEach(logits, vocabulary, [&](float logit, int i) { top = larger(top, candidate(logit, i)); });
    return blockReduce(top, ws.reduce, larger);
}

__device__ __forceinline__ void add(Workspace& ws, unsigned bin, Mass m) {
    unsigned part = static_cast<unsigned>(m), before = atomicAdd(&ws.low[bin], part);
    unsigned rest = static_cast<unsigned>(m >> 32) + (before + part < part);
    if (rest) atomicAdd(&ws.high[bin], rest);
}

// Finds the highest bin at which the measure of all from it upwards reaches `wanted`, or the lowest. Every thread has two bins.
__device__ void findBin(Workspace& ws, Mass above, Mass wanted) {
    int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
    Mass own[2];
    for (int j = 0; j < 2; j++) own[j] = static_cast<Mass>(ws.high[threadIdx.x * 2 + j]) << 32 | ws.low[threadIdx.x * 2 + j];
    Mass fromMine = own[0] + own[1];
    for (int lanes = 1; lanes < 32; lanes *= 2) {
        Mass other = __shfl_down_sync(~0u, fromMine, lanes);
        if (lane + lanes < 32) fromMine += other;
    }
    if (lane == 0) ws.warpMass[warp] = fromMine;
    __syncthreads();
    Mass higher = above + fromMine - own[0] - own[1];
    for (int w = warp + 1; w < WARPS; w++) higher += ws.warpMass[w];
    for (int j = 1; j >= 0; j--) {
        unsigned bin = threadIdx.x * 2 + j;
        if (higher < wanted && (bin == 0 || higher + own[j] >= wanted)) {
            ws.bin = bin;
            ws.above = higher;
        }
        higher += own[j];
    }
    __syncthreads();
}

// The largest key at which the measure of all keys from it upwards reaches `wanted`, 11, 11 and 10 bits at a time; `above` = the measure of those
// above it.
template <typename Measure>
__device__ unsigned select(const float* logits, int vocabulary, unsigned least, Mass wanted, Workspace& ws, Measure measure) {
    unsigned prefix = 0, known = 0;
    Mass above = 0;
    for (int shift = 21; shift >= 0; shift -= shift > 10 ? 11 : 10) {
        for (int bin = threadIdx.x; bin < BINS; bin += blockDim.x) ws.low[bin] = ws.high[bin] = 0;
        __syncthreads();
        forEach(logits, vocabulary, [&](float logit, int) {
            unsigned key = ordered(logit);
            if (key < least || (key & known) != prefix) return;
            Mass m = measure(logit);
            if (m) add(ws, (key & ~known) >> shift, m);
        });
        __syncthreads();
        findBin(ws, above, wanted);
        prefix |= ws.bin << shift;
        known = ~0u << shift;
        above = ws.above;
        __syncthreads();
    }
    return prefix;
}

__device__ void penalize(float* logits, const unsigned* counts, const Rule& rule, int vocabulary) {
    for (int i = threadIdx.x; i < vocabulary; i += blockDim.x) {
        unsigned count = counts[i];
        if (count == 0) continue;
        float v = logits[i];
        v = v < 0 ? v * rule.repetition : v / rule.repetition;
        unsigned times = count & ~IN_PROMPT;
        if (times) v = v - times * rule.frequency - rule.presence;
        logits[i] = v;
    }
    __syncthreads();
}

__device__ Kept topP(const float* logits, int vocabulary, Kept kept, float highest, float p, Workspace& ws) {
    Mass mass = 0;
    forEach(logits, vocabulary, [&](float logit, int) {
        if (ordered(logit) >= kept.key) mass += massOf(logit, highest);
    });
    mass = blockReduce(mass, ws.reduce, plus);
    Mass wanted = ::max(Mass(1), static_cast<Mass>(ceil(double(p) * double(mass))));
    // What lies below this cannot matter together.
    double negligible = (1 - double(p)) * double(mass) / vocabulary;
    unsigned least = ::max(kept.key, ordered(float(log(negligible * 0x1.0p-40)) + highest));
    unsigned key = select(logits, vocabulary, least, wanted, ws, [=](float logit) { return massOf(logit, highest); });
    if (key <= kept.key) return kept;
    Mass one = ::max(Mass(1), massOf(unordered(key), highest));
    Mass missing = wanted > ws.above ? wanted - ws.above : 1;
    return {key, static_cast<unsigned>(::min(Mass(vocabulary), (missing + one - 1) / one))};
}

// A draw among the kept, in the order of their ids: warps have consecutive ranges.
__device__ int draw(const float* logits, int vocabulary, Kept kept, float highest, double u, Workspace& ws) {
    int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
    int range = (vocabulary + WARPS * 32 - 1) / (WARPS * 32) * 32;
    int from = warp * range, to = ::min(vocabulary, from + range);
    unsigned before = 0;
    if (kept.ties != ALL) {
        unsigned ties = 0;
        forEachInOrder(logits, from, to, [&](float logit, int i) { ties += i < to && ordered(logit) == kept.key; });
        for (int lanes = 16; lanes > 0; lanes /= 2) ties += __shfl_xor_sync(~0u, ties, lanes);
        if (lane == 0) ws.warpTies[warp] = ties;
        __syncthreads();
        for (int w = 0; w < warp; w++) before += ws.warpTies[w];
    }
    auto mass = [&](float logit, int i, unsigned& earlier) {
        bool inside = i < to;
        unsigned key = inside ? ordered(logit) : 0;
        bool keep = inside && key >= kept.key;
        if (kept.ties != ALL) {
            unsigned equal = __ballot_sync(~0u, inside && key == kept.key);
            if (key == kept.key && earlier + __popc(equal & ((1u << lane) - 1)) >= kept.ties) keep = false;
            earlier += __popc(equal);
        }
        return keep ? ::max(Mass(1), massOf(logit, highest)) : Mass(0);
    };
    Mass sum = 0;
    unsigned earlier = before;
    forEachInOrder(logits, from, to, [&](float logit, int i) { sum += mass(logit, i, earlier); });
    for (int lanes = 16; lanes > 0; lanes /= 2) sum += __shfl_xor_sync(~0u, sum, lanes);
    if (lane == 0) ws.warpMass[warp] = sum;
    if (threadIdx.x == 0) ws.token = 0;
    __syncthreads();
    Mass all = 0, mine = 0;
    for (int w = 0; w < WARPS; w++) {
        if (w == warp) mine = all;
        all += ws.warpMass[w];
    }
    Mass target = ::min(all - 1, static_cast<Mass>(u * double(all)));
    if (target >= mine && target < mine + sum) {
        earlier = before;
        forEachInOrder(logits, from, to, [&](float logit, int i) {
            Mass own = mass(logit, i, earlier), upTo = own;
            for (int lanes = 1; lanes < 32; lanes *= 2) {
                Mass other = __shfl_up_sync(~0u, upTo, lanes);
                if (lane >= lanes) upTo += other;
            }
            if (target >= mine + upTo - own && target < mine + upTo) ws.token = i;
            mine += __shfl_sync(~0u, upTo, 31);
        });
    }
    __syncthreads();
    return ws.token;
}

__device__ int choose(float* logits, int vocabulary, const Rule& rule, const unsigned* counts, int drawn, Workspace& ws) {
    auto likeliest = top(logits, vocabulary, ws);
    if (likeliest == ~0ull) return -1;
    if (counts && (rule.repetition != 1 || rule.frequency != 0 || rule.presence != 0)) {
        penalize(logits, counts, rule, vocabulary);
        likeliest = top(logits, vocabulary, ws);
    }
    if (rule.flags & GREEDY) return 0xffffffffu - unsigned(likeliest);
    float highest = unordered(likeliest >> 32);
    if (rule.temperature != 1) {
        forEach(logits, vocabulary, [&](float logit, int i) { logits[i] = (logit - highest) / rule.temperature; });
        highest = 0;
        __syncthreads();
    }
    Kept kept{0, ALL};
    if (rule.topK > 0 && rule.topK < vocabulary) {
        kept.key = select(logits, vocabulary, 0, rule.topK, ws, [](float) { return Mass(1); });
    }
    if (rule.topP < 1) kept = topP(logits, vocabulary, kept, highest, rule.topP, ws);
    if (rule.minP > 0) {
        unsigned least = ordered(float(highest + log(double(rule.minP))));
        if (least > kept.key) kept = {least, ALL};
    }
    return draw(logits, vocabulary, kept, highest, uniform(rule.seed, drawn), ws);
}

extern "C" __global__ void __launch_bounds__(1024) sample(float* logits, Row* rows, unsigned long long* best, const Rule* rules, unsigned* counts,
        int* chosen, int count, int vocabulary, int advance) {
    __shared__ Workspace ws;
    enter();
    Rule rule = rules[blockIdx.x];
    unsigned* history = counts && rule.history >= 0 ? counts + size_t(rule.history) * stride(vocabulary) : nullptr;
    int token;
    if (rule.flags & ONLY_BEST) {
        unsigned long long top = best[blockIdx.x];
        token = top == ~0ull ? -1 : static_cast<int>(0xffffffffu - unsigned(top));
    } else {
        token = choose(logits + size_t(blockIdx.x) * stride(vocabulary), vocabulary, rule, history, rows[blockIdx.x].drawn, ws);
    }
    __syncthreads();
    if (threadIdx.x != 0) return;
    if (best) best[blockIdx.x] = 0;
    Row& row = rows[blockIdx.x];
    chosen[advance ? row.position % 2 * gridDim.x + blockIdx.x : blockIdx.x] = token;
    if (!advance || token < 0 || rule.flags & PADDING) return;
    row.token = token;
    row.position++;
    row.end++;
    row.total++;
    row.drawn++;
    if (history) history[token]++;
}

extern "C" __global__ void __launch_bounds__(256) likeliest(const float* logits, unsigned long long* best, int vocabulary) {
    enter();
    const float* row = logits + size_t(blockIdx.y) * stride(vocabulary);
    unsigned long long top = 0;
    for (int i = (blockIdx.x * blockDim.x + threadIdx.x) * 4; i < vocabulary; i += gridDim.x * blockDim.x * 4) {
        float4 v = *reinterpret_cast<const float4*>(row + i);
        top = larger(top, candidate(v.x, i));
        if (i + 1 < vocabulary) top = larger(top, candidate(v.y, i + 1));
        if (i + 2 < vocabulary) top = larger(top, candidate(v.z, i + 2));
        if (i + 3 < vocabulary) top = larger(top, candidate(v.w, i + 3));
    }
    for (int lanes = 16; lanes > 0; lanes /= 2) top = larger(top, __shfl_xor_sync(~0u, top, lanes));
    if (threadIdx.x % 32 == 0 && top) atomicMax(best + blockIdx.y, top);
}
