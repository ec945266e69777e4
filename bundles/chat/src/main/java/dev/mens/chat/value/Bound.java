package dev.mens.chat.value;

import org.jspecify.annotations.Nullable;

/// Arguments in the order of a signature; null where one was left out.
public final class Bound {
    private final String function;
    private final String[] names;
    private final @Nullable Value[] values;

    Bound(String function, String[] names, @Nullable Value[] values) {
        this.function = function;
        this.names = names;
        this.values = values;
    }

    public boolean has(int index) {
        return values[index] != null;
    }

    /// The argument, or `None` if it was left out.
    public Value get(int index) {
        return get(index, None.NONE);
    }

    public Value get(int index, Value otherwise) {
        var value = values[index];
        return value == null ? otherwise : value;
    }

    /// An argument that must be given.
    public Value need(int index) {
        var value = values[index];
        if (value == null) {
            throw Fault.failed(function + "() misses its argument '" + names[index] + "'");
        }
        return value;
    }

    public boolean isTrue(int index) {
        return get(index).isTrue();
    }

    /// An integer argument; too large ones count as the largest `int`.
    public int integer(int index, int otherwise) {
        return switch (values[index]) {
            case null -> otherwise;
            case Int number -> number.clamped();
            case Bool(var truth) -> truth ? 1 : 0;
            case Undefined undefined -> throw undefined.fault();
            case Value other -> throw wrong(index, "an integer", other);
        };
    }

    public String text(int index, String otherwise) {
        return switch (values[index]) {
            case null -> otherwise;
            case Text text -> text.string();
            case Undefined undefined -> throw undefined.fault();
            case Value other -> throw wrong(index, "a string", other);
        };
    }

    private Fault wrong(int index, String wanted, Value actual) {
        return Fault.failed(
                function
                        + "() wants "
                        + wanted
                        + " as '"
                        + names[index]
                        + "', not "
                        + actual.typeName());
    }
}
