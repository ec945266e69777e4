package dev.mens.chat.value;

/// Python's `None`.
public record None() implements Value {
    public static final None NONE = new None();

    @Override
    public String typeName() {
        return "NoneType";
    }

    @Override
    public boolean isTrue() {
        return false;
    }
}
