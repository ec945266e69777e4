package dev.mens.chat.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;

/// Python's hashing: values that are equal there have one canonical Java key.
public final class Keys {
    private static final int DEPTH = 100;

    private Keys() {}

    /// A key with Java's `equals` and `hashCode`.
    ///
    /// @throws Fault if Python calls the value unhashable
    public static Object canonical(Value value) {
        return canonical(value, DEPTH);
    }

    private static Object canonical(Value value, int depth) {
        if (depth == 0) {
            throw Fault.bounds("a key nests deeper than " + DEPTH);
        }
        return switch (value) {
            case Text text -> text.string();
            case Int(var number) -> number;
            case Bool(var truth) -> truth ? BigInteger.ONE : BigInteger.ZERO;
            case Real(var number) -> real(number);
            case Tuple tuple -> {
                var keys = new ArrayList<Object>();
                tuple.values().forEach(v -> keys.add(canonical(v, depth - 1)));
                yield keys;
            }
            case None none -> none;
            case Undefined _ -> Undefined.class;
            case Range range -> range;
            case Lazy lazy -> lazy;
            case Thing thing -> thing;
            case Items _, Dict _, DictView _ ->
                    throw Fault.failed("unhashable type: '" + value.typeName() + "'");
        };
    }

    private static Object real(double number) {
        return Double.isFinite(number) && number == Math.rint(number)
                ? new BigDecimal(number).toBigInteger()
                : (Object) number;
    }
}
