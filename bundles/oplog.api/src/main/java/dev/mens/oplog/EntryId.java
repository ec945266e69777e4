package dev.mens.oplog;

import java.util.Arrays;
import java.util.HexFormat;

/// The name of an entry: BLAKE3 of its canonical bytes, which the signature covers and is no part
/// of.
///
/// @param bytes 32
public record EntryId(byte[] bytes) implements Comparable<EntryId> {
    public static final int BYTES = 32;

    private static final int SHORT_DIGITS = 12;

    public EntryId {
        if (bytes.length != BYTES) {
            throw OpLogProblem.BAD_ID.with(bytes.length + " bytes");
        }
        bytes = bytes.clone();
    }

    @Override
    public byte[] bytes() {
        return bytes.clone();
    }

    /// Enough digits for people to tell entries apart.
    public String shortHex() {
        return toString().substring(0, SHORT_DIGITS);
    }

    @Override
    public int compareTo(EntryId other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EntryId(byte[] others) && Arrays.equals(bytes, others);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /// 64 lower-case hexadecimal digits.
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
