package dev.mens.chat.value;

import java.util.Optional;

/// A value with identity: functions, macros, namespaces, the `loop` and their like.
public non-sealed interface Thing extends Value {

    /// An attribute by name; empty if there is none.
    default Optional<Value> attribute(String name) {
        return Optional.empty();
    }

    /// Calls it.
    ///
    /// @throws Fault if it cannot be called, or not so
    default Value call(Arguments arguments) {
        throw Fault.failed("'" + typeName() + "' object is not callable");
    }

    /// What it prints as.
    default String description() {
        return "<" + typeName() + " object>";
    }

    default boolean isCallable() {
        return false;
    }

    @Override
    default boolean isTrue() {
        return true;
    }
}
