package dev.mens.chat.value;

/// Python's `bool`, which counts as the integer 0 or 1 wherever a number is wanted.
public record Bool(boolean value) implements Value {
    public static final Bool TRUE = new Bool(true);
    public static final Bool FALSE = new Bool(false);

    public static Bool of(boolean value) {
        return value ? TRUE : FALSE;
    }

    @Override
    public String typeName() {
        return "bool";
    }

    @Override
    public boolean isTrue() {
        return value;
    }
}
