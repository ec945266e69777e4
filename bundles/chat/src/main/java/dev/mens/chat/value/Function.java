package dev.mens.chat.value;

/// A function or a method with its object.
public record Function(String name, Body body) implements Thing {

    /// What the function does.
    @FunctionalInterface
    public interface Body {
        Value call(Arguments arguments);
    }

    @Override
    public Value call(Arguments arguments) {
        return body.call(arguments);
    }

    @Override
    public String description() {
        return "<function " + name + ">";
    }

    @Override
    public boolean isCallable() {
        return true;
    }

    @Override
    public String typeName() {
        return "function";
    }
}
