package dev.mens.crypto.hashes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// BLAKE3's compression in Java: what its chunks and their parents are made of.
final class JavaBlake3 implements ChunkValues {
    private static final VarHandle LITTLE =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int BLOCK = 64;

    // Table 3: flags.
    private static final int CHUNK_START = 1;
    private static final int CHUNK_END = 2;
    private static final int PARENT = 4;
    private static final int ROOT = 8;

    // Table 1: the first words of SHA-256's initial value.
    private static final int IV0 = 0x6A09E667;
    private static final int IV1 = 0xBB67AE85;
    private static final int IV2 = 0x3C6EF372;
    private static final int IV3 = 0xA54FF53A;
    private static final int[] IV = {
        IV0, IV1, IV2, IV3, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19
    };

    @Override
    public void group(byte[] bytes, int from, long counter, int[] values) {
        for (int i = 0; i < GROUP; i++) {
            var value = chunk(bytes, from + i * CHUNK, CHUNK, counter + i, false);
            System.arraycopy(value, 0, values, i * WORDS, WORDS);
        }
    }

    /// Section 2.4.
    ///
    /// @param count at most 1024
    /// @param whole if it is all of the input
    static int[] chunk(byte[] bytes, int from, int count, long counter, boolean whole) {
        var value = IV.clone();
        int start = CHUNK_START;
        int at = from;
        int left = count;
        for (; left > BLOCK; left -= BLOCK, at += BLOCK) {
            compress(value, bytes, at, counter, BLOCK, start);
            start = 0;
        }
        var last = new byte[BLOCK];
        System.arraycopy(bytes, at, last, 0, left);
        compress(value, last, 0, counter, left, start | CHUNK_END | (whole ? ROOT : 0));
        return value;
    }

    /// Section 2.5.
    static int[] parent(int[] left, int[] right, boolean whole) {
        var block = new byte[BLOCK];
        write(left, block, 0);
        write(right, block, BLOCK / 2);
        var value = IV.clone();
        compress(value, block, 0, 0, BLOCK, PARENT | (whole ? ROOT : 0));
        return value;
    }

    static int[] value(byte[] bytes, int from) {
        var value = new int[WORDS];
        for (int i = 0; i < WORDS; i++) {
            value[i] = (int) LITTLE.get(bytes, from + i * Integer.BYTES);
        }
        return value;
    }

    static void write(int[] value, byte[] bytes, int from) {
        for (int i = 0; i < WORDS; i++) {
            LITTLE.set(bytes, from + i * Integer.BYTES, value[i]);
        }
    }

    /// Section 2.2: mixes one block into `cv`. One long method, because its 33 values must be
    /// local variables: `v` is the state, `m` the message.
    private static void compress(
            int[] cv, byte[] block, int from, long counter, int blockBytes, int flags) {
        int m0 = (int) LITTLE.get(block, from);
        int m1 = (int) LITTLE.get(block, from + 4);
        int m2 = (int) LITTLE.get(block, from + 8);
        int m3 = (int) LITTLE.get(block, from + 12);
        int m4 = (int) LITTLE.get(block, from + 16);
        int m5 = (int) LITTLE.get(block, from + 20);
        int m6 = (int) LITTLE.get(block, from + 24);
        int m7 = (int) LITTLE.get(block, from + 28);
        int m8 = (int) LITTLE.get(block, from + 32);
        int m9 = (int) LITTLE.get(block, from + 36);
        int m10 = (int) LITTLE.get(block, from + 40);
        int m11 = (int) LITTLE.get(block, from + 44);
        int m12 = (int) LITTLE.get(block, from + 48);
        int m13 = (int) LITTLE.get(block, from + 52);
        int m14 = (int) LITTLE.get(block, from + 56);
        int m15 = (int) LITTLE.get(block, from + 60);
        int v0 = cv[0];
        int v1 = cv[1];
        int v2 = cv[2];
        int v3 = cv[3];
        int v4 = cv[4];
        int v5 = cv[5];
        int v6 = cv[6];
        int v7 = cv[7];
        int v8 = IV0;
        int v9 = IV1;
        int v10 = IV2;
        int v11 = IV3;
        int v12 = (int) counter;
        int v13 = (int) (counter >>> 32);
        int v14 = blockBytes;
        int v15 = flags;
        int t;
        for (int round = 0; round < 7; round++) {
            v0 += v4 + m0;
            v12 = Integer.rotateRight(v12 ^ v0, 16);
            v8 += v12;
            v4 = Integer.rotateRight(v4 ^ v8, 12);
            v0 += v4 + m1;
            v12 = Integer.rotateRight(v12 ^ v0, 8);
            v8 += v12;
            v4 = Integer.rotateRight(v4 ^ v8, 7);
            v1 += v5 + m2;
            v13 = Integer.rotateRight(v13 ^ v1, 16);
            v9 += v13;
            v5 = Integer.rotateRight(v5 ^ v9, 12);
            v1 += v5 + m3;
            v13 = Integer.rotateRight(v13 ^ v1, 8);
            v9 += v13;
            v5 = Integer.rotateRight(v5 ^ v9, 7);
            v2 += v6 + m4;
            v14 = Integer.rotateRight(v14 ^ v2, 16);
            v10 += v14;
            v6 = Integer.rotateRight(v6 ^ v10, 12);
            v2 += v6 + m5;
            v14 = Integer.rotateRight(v14 ^ v2, 8);
            v10 += v14;
            v6 = Integer.rotateRight(v6 ^ v10, 7);
            v3 += v7 + m6;
            v15 = Integer.rotateRight(v15 ^ v3, 16);
            v11 += v15;
            v7 = Integer.rotateRight(v7 ^ v11, 12);
            v3 += v7 + m7;
            v15 = Integer.rotateRight(v15 ^ v3, 8);
            v11 += v15;
            v7 = Integer.rotateRight(v7 ^ v11, 7);
            v0 += v5 + m8;
            v15 = Integer.rotateRight(v15 ^ v0, 16);
            v10 += v15;
            v5 = Integer.rotateRight(v5 ^ v10, 12);
            v0 += v5 + m9;
            v15 = Integer.rotateRight(v15 ^ v0, 8);
            v10 += v15;
            v5 = Integer.rotateRight(v5 ^ v10, 7);
            v1 += v6 + m10;
            v12 = Integer.rotateRight(v12 ^ v1, 16);
            v11 += v12;
            v6 = Integer.rotateRight(v6 ^ v11, 12);
            v1 += v6 + m11;
            v12 = Integer.rotateRight(v12 ^ v1, 8);
            v11 += v12;
            v6 = Integer.rotateRight(v6 ^ v11, 7);
            v2 += v7 + m12;
            v13 = Integer.rotateRight(v13 ^ v2, 16);
            v8 += v13;
            v7 = Integer.rotateRight(v7 ^ v8, 12);
            v2 += v7 + m13;
            v13 = Integer.rotateRight(v13 ^ v2, 8);
            v8 += v13;
            v7 = Integer.rotateRight(v7 ^ v8, 7);
            v3 += v4 + m14;
            v14 = Integer.rotateRight(v14 ^ v3, 16);
            v9 += v14;
            v4 = Integer.rotateRight(v4 ^ v9, 12);
            v3 += v4 + m15;
            v14 = Integer.rotateRight(v14 ^ v3, 8);
            v9 += v14;
            v4 = Integer.rotateRight(v4 ^ v9, 7);
            // The message words are permuted for the next round (table 2).
            t = m0;
            m0 = m2;
            m2 = m3;
            m3 = m10;
            m10 = m12;
            m12 = m9;
            m9 = m11;
            m11 = m5;
            m5 = t;
            t = m1;
            m1 = m6;
            m6 = m4;
            m4 = m7;
            m7 = m13;
            m13 = m14;
            m14 = m15;
            m15 = m8;
            m8 = t;
        }
        cv[0] = v0 ^ v8;
        cv[1] = v1 ^ v9;
        cv[2] = v2 ^ v10;
        cv[3] = v3 ^ v11;
        cv[4] = v4 ^ v12;
        cv[5] = v5 ^ v13;
        cv[6] = v6 ^ v14;
        cv[7] = v7 ^ v15;
    }
}
