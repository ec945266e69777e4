package dev.mens.chat.value;

/// One value of a template. Nothing else exists there, so no template can reach Java:
/// {@link None}, {@link Bool}, {@link Int}, {@link Real}, {@link Text}, {@link Items list},
/// {@link Tuple}, {@link Dict} and its {@link DictView views}, {@link Range}, {@link Lazy
/// generator}, {@link Undefined} and {@link Thing everything with a life of its own}.
public sealed interface Value
        permits None,
                Bool,
                Int,
                Real,
                Text,
                Items,
                Tuple,
                Dict,
                DictView,
                Range,
                Lazy,
                Undefined,
                Thing {

    /// The name of the Python type, as messages show it.
    String typeName();

    /// Python's `bool(value)`.
    boolean isTrue();
}
