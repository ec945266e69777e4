package dev.mens.chat.value;

import java.math.BigInteger;

/// Python's `int`.
public record Int(BigInteger value) implements Value {
    public static final Int ZERO = of(0);
    public static final Int ONE = of(1);

    public static Int of(long value) {
        return new Int(BigInteger.valueOf(value));
    }

    /// The value, or the nearest `int`: good enough for every index, width and count, since
    /// nothing here is that long.
    public int clamped() {
        return clamp(value);
    }

    static int clamp(BigInteger value) {
        return value.bitLength() < 32
                ? value.intValue()
                : value.signum() < 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE;
    }

    @Override
    public String typeName() {
        return "int";
    }

    @Override
    public boolean isTrue() {
        return value.signum() != 0;
    }
}
