package dev.mens.backend.cpu.scalar;

import dev.mens.compute.Network;
import dev.mens.compute.Program;
import java.util.Arrays;

/// Keys and values of one sequence as plain arrays, and its tokens, from which a cache is made
/// anew where rotary frequencies change with the length.
final class ScalarCache implements Program.Cache {
    /// `[layer][position][keyHeads · headSize]`
    final float[][][] keys;

    final float[][][] values;
    private final int[] tokens;
    private int length;

    ScalarCache(Network network, int capacityTokens) {
        keys = new float[network.layers().size()][capacityTokens][];
        values = new float[network.layers().size()][capacityTokens][];
        tokens = new int[capacityTokens];
    }

    /// @throws IllegalStateException if there is no room; callers plan their capacity
    void requireRoom(int more) {
        if (more > tokens.length - length) {
            throw new IllegalStateException(
                    "a cache of " + tokens.length + " holds " + length + ", so no " + more);
        }
    }

    /// The tokens so far followed by `next`.
    int[] with(int[] next) {
        var all = Arrays.copyOf(tokens, length + next.length);
        System.arraycopy(next, 0, all, length, next.length);
        return all;
    }

    void append(int[] next) {
        System.arraycopy(next, 0, tokens, length, next.length);
        length += next.length;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public int capacity() {
        return tokens.length;
    }

    @Override
    public void truncate(int length) {
        if (length < 0 || length > this.length) {
            throw new IllegalArgumentException(length + " of " + this.length);
        }
        this.length = length;
    }

    @Override
    public void close() {}
}
