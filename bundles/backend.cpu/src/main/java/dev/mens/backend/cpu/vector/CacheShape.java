package dev.mens.backend.cpu.vector;

import dev.mens.compute.Network;

/// Where a page keeps what. A page holds {@link #PAGE} positions of all layers. For each layer
/// and key head it has keys as tiles `[PAGE / TILE, headSize, TILE]`, so that lanes are positions
/// and scores need no sums across lanes, and values as rows `[PAGE, stride(headSize)]`.
///
/// @param type of the elements of both
/// @param offsets bytes from the start of a page to a layer
record CacheShape(CacheType type, long[] offsets, int[] keyHeads, int[] headSizes, long pageBytes) {
    /// Positions of a page.
    static final int PAGE = 64;

    /// Positions side by side in a tile of keys.
    static final int TILE = 16;

    static CacheShape of(Network network, CacheType type) {
        int layers = network.layers().size();
        var offsets = new long[layers];
        var keyHeads = new int[layers];
        var headSizes = new int[layers];
        long at = 0;
        for (int l = 0; l < layers; l++) {
            var attention = network.layers().get(l).attention();
            offsets[l] = at;
            keyHeads[l] = attention.keyHeads();
            headSizes[l] = attention.headSize();
            at +=
                    (long) type.bytes()
                            * PAGE
                            * keyHeads[l]
                            * (headSizes[l] + Memory.stride(headSizes[l]));
        }
        return new CacheShape(type, offsets, keyHeads, headSizes, at);
    }

    static int pages(int positions) {
        return (positions + PAGE - 1) / PAGE;
    }

    /// Offset in a page of the first tile of keys of a head.
    long keys(int layer, int head) {
        return offsets[layer] + (long) type.bytes() * PAGE * headSizes[layer] * head;
    }

    /// Offset in a page of the first row of values of a head.
    long values(int layer, int head) {
        return keys(layer, keyHeads[layer])
                + (long) type.bytes() * PAGE * Memory.stride(headSizes[layer]) * head;
    }
}
