package dev.mens.chat.value;

import java.math.BigInteger;

/// Python's `range`, no longer than the sandbox allows.
public record Range(BigInteger start, BigInteger stop, BigInteger step, int size) implements Value {
    /// The sandbox of Jinja refuses longer ones.
    public static final int MAX_SIZE = 100_000;

    /// @throws Fault if the step is 0 or the range too long
    public static Range of(BigInteger start, BigInteger stop, BigInteger step) {
        if (step.signum() == 0) {
            throw Fault.failed("range() arg 3 must not be zero");
        }
        var span = step.signum() > 0 ? stop.subtract(start) : start.subtract(stop);
        var width = step.abs();
        var size =
                span.signum() <= 0
                        ? BigInteger.ZERO
                        : span.add(width).subtract(BigInteger.ONE).divide(width);
        if (size.compareTo(BigInteger.valueOf(MAX_SIZE)) > 0) {
            throw Fault.bounds("range() of more than " + MAX_SIZE + " elements");
        }
        return new Range(start, stop, step, size.intValueExact());
    }

    public Int at(int index) {
        return new Int(start.add(step.multiply(BigInteger.valueOf(index))));
    }

    @Override
    public String typeName() {
        return "range";
    }

    @Override
    public boolean isTrue() {
        return size > 0;
    }
}
