package dev.mens.chat.value;

/// Python's `float`.
public record Real(double value) implements Value {

    @Override
    public String typeName() {
        return "float";
    }

    @Override
    public boolean isTrue() {
        return value != 0;
    }
}
