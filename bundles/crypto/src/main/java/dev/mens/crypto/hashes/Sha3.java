package dev.mens.crypto.hashes;

import dev.mens.crypto.Hashing;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// SHA3-512.
///
/// @see <a href="https://doi.org/10.6028/NIST.FIPS.202">FIPS 202</a>
final class Sha3 implements Hashing.Hasher {
    private final Keccak keccak;
    private final long[] state = new long[Keccak.LANES];
    private final byte[] pending = new byte[Keccak.RATE];
    private int count;

    Sha3(Keccak keccak) {
        this.keccak = keccak;
    }

    @Override
    public Sha3 update(byte[] bytes, int from, int length) {
        int at = from;
        int end = from + length;
        if (count > 0) {
            int taken = Math.min(Keccak.RATE - count, length);
            System.arraycopy(bytes, at, pending, count, taken);
            count += taken;
            at += taken;
            if (count < Keccak.RATE) {
                return this;
            }
            keccak.absorb(state, pending, 0, 1);
            count = 0;
        }
        int blocks = (end - at) / Keccak.RATE;
        keccak.absorb(state, bytes, at, blocks);
        at += blocks * Keccak.RATE;
        System.arraycopy(bytes, at, pending, 0, end - at);
        count = end - at;
        return this;
    }

    @Override
    public byte[] digest() {
        Arrays.fill(pending, count, Keccak.RATE, (byte) 0);
        // FIPS 202, section 6.1: the suffix 01 of SHA-3, then the padding 10*1.
        pending[count] ^= 0x06;
        pending[Keccak.RATE - 1] ^= (byte) 0x80;
        keccak.absorb(state, pending, 0, 1);
        var digest = new byte[Hashing.SHA3_BYTES];
        ByteBuffer.wrap(digest)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asLongBuffer()
                .put(state, 0, digest.length / Long.BYTES);
        return digest;
    }
}
