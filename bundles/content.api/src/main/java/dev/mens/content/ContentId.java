package dev.mens.content;

import java.util.Arrays;
import java.util.HexFormat;

/// The name of content: its SHA3-512.
///
/// @param bytes 64
public record ContentId(byte[] bytes) implements Comparable<ContentId> {
    public static final int BYTES = 64;

    private static final int SHORT_DIGITS = 12;

    public ContentId {
        if (bytes.length != BYTES) {
            throw ContentProblem.BAD_ID.with(bytes.length + " bytes", BYTES);
        }
        bytes = bytes.clone();
    }

    /// @param hex 128 digits in either case
    public static ContentId parse(String hex) {
        try {
            return new ContentId(HexFormat.of().parseHex(hex));
        } catch (IllegalArgumentException notHex) {
            throw ContentProblem.BAD_ID.because(notHex, "no hexadecimal number", BYTES);
        }
    }

    @Override
    public byte[] bytes() {
        return bytes.clone();
    }

    /// Enough digits for people to tell contents apart.
    public String shortHex() {
        return toString().substring(0, SHORT_DIGITS);
    }

    @Override
    public int compareTo(ContentId other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ContentId(byte[] others) && Arrays.equals(bytes, others);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /// 128 lower-case hexadecimal digits.
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
