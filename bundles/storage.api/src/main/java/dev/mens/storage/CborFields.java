package dev.mens.storage;

import dev.mens.diagnostics.Problem;
import dev.mens.diagnostics.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A decoded map whose fields must have their types; no field may be missing or unknown.
public final class CborFields {
    private final Map<?, ?> map;
    private final String what;
    private final Problem malformed;

    private CborFields(Map<?, ?> map, String what, Problem malformed) {
        this.map = map;
        this.what = what;
        this.malformed = malformed;
    }

    /// @param what names the map in what `malformed` says
    /// @param malformed thrown with a sentence about what is wrong, as its only fact
    /// @throws ProblemException `malformed`, as all other methods do
    public static CborFields of(Object value, String what, Problem malformed, String... names) {
        if (!(value instanceof Map<?, ?> map)) {
            throw malformed.with(what + " is no map");
        }
        if (!map.keySet().equals(Set.of(names))) {
            throw malformed.with(what + " has not exactly the fields " + List.of(names));
        }
        return new CborFields(map, what, malformed);
    }

    public long number(String name, long limit) {
        if (map.get(name) instanceof Long number && number <= limit) {
            return number;
        }
        throw bad("%s: %s is no number up to %d".formatted(what, name, limit));
    }

    public String text(String name) {
        return as(String.class, map.get(name), what + ": " + name);
    }

    public byte[] bytes(String name) {
        return as(byte[].class, map.get(name), what + ": " + name);
    }

    public Object value(String name) {
        return as(Object.class, map.get(name), what + ": " + name);
    }

    public List<?> list(String name) {
        return as(List.class, map.get(name), what + ": " + name);
    }

    public <T> List<T> list(String name, Class<T> type) {
        return list(name).stream().map(item -> as(type, item, what + ": " + name)).toList();
    }

    private <T> T as(Class<T> type, Object value, String where) {
        if (!type.isInstance(value)) {
            throw bad(where + " has the wrong type");
        }
        return type.cast(value);
    }

    private ProblemException bad(String why) {
        return malformed.with(why);
    }
}
