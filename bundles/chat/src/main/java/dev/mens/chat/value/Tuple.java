package dev.mens.chat.value;

import java.util.List;

/// Python's `tuple`.
///
/// @param names of the elements where they have names, as those of `groupby` do; else empty
public record Tuple(List<Value> values, List<String> names) implements Value {

    public static Tuple of(Value... values) {
        return new Tuple(List.of(values), List.of());
    }

    public static Tuple of(List<Value> values) {
        return new Tuple(values, List.of());
    }

    @Override
    public String typeName() {
        return "tuple";
    }

    @Override
    public boolean isTrue() {
        return !values.isEmpty();
    }
}
