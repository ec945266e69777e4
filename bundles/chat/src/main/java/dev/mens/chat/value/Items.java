package dev.mens.chat.value;

import java.util.List;

/// Python's `list`; templates cannot change one.
public record Items(List<Value> values) implements Value {

    @Override
    public String typeName() {
        return "list";
    }

    @Override
    public boolean isTrue() {
        return !values.isEmpty();
    }
}
