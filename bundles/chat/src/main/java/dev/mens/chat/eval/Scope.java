package dev.mens.chat.eval;

import dev.mens.chat.value.Value;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The names that are visible at one place: loops, macros and blocks make inner scopes, whose
/// assignments are gone when they end; `if` makes none.
final class Scope {
    private final @Nullable Scope outer;
    private final Map<String, Value> names = new HashMap<>();

    Scope(@Nullable Scope outer) {
        this.outer = outer;
    }

    @Nullable Value find(String name) {
        for (var scope = this; scope != null; scope = scope.outer) {
            var value = scope.names.get(name);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    void set(String name, Value value) {
        names.put(name, value);
    }
}
