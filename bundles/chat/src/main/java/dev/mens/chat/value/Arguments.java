package dev.mens.chat.value;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The arguments of one call.
public record Arguments(List<Value> positional, Map<String, Value> named) {
    public static final Arguments NONE = new Arguments(List.of(), Map.of());

    public static Arguments of(Value... positional) {
        return new Arguments(List.of(positional), Map.of());
    }

    /// Matches the arguments with a Python signature.
    ///
    /// @param function for messages
    /// @param required how many of the names must be given
    /// @throws Fault if an argument is missing, unknown, given twice or one too many
    public Bound bind(String function, int required, String... names) {
        if (positional.size() > names.length) {
            throw Fault.failed(
                    function
                            + "() takes at most "
                            + names.length
                            + " argument(s), not "
                            + positional.size());
        }
        var values = new @Nullable Value[names.length];
        for (int i = 0; i < positional.size(); i++) {
            values[i] = positional.get(i);
        }
        named.forEach((name, value) -> values[place(function, name, names)] = value);
        for (int i = 0; i < required; i++) {
            if (values[i] == null) {
                throw Fault.failed(function + "() misses its argument '" + names[i] + "'");
            }
        }
        return new Bound(function, names, values);
    }

    private int place(String function, String name, String... names) {
        int place = List.of(names).indexOf(name);
        if (place < 0) {
            throw Fault.failed(function + "() has no argument '" + name + "'");
        }
        if (place < positional.size()) {
            throw Fault.failed(function + "() got two values for '" + name + "'");
        }
        return place;
    }
}
