package dev.mens.content.manifest;

import dev.mens.content.ContentId;
import dev.mens.content.ContentProblem;
import dev.mens.diagnostics.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A decoded map whose fields must have their types; no field may be missing or unknown.
final class Fields {
    private final Map<?, ?> map;
    private final String what;

    private Fields(Map<?, ?> map, String what) {
        this.map = map;
        this.what = what;
    }

    static Fields of(Object value, String what, String... names) {
        if (!(value instanceof Map<?, ?> map)) {
            throw bad(what + " is no map");
        }
        if (!map.keySet().equals(Set.of(names))) {
            throw bad(what + " has not exactly the fields " + List.of(names));
        }
        return new Fields(map, what);
    }

    long number(String name, long limit) {
        if (map.get(name) instanceof Long number && number <= limit) {
            return number;
        }
        throw bad("%s: %s is no number up to %d".formatted(what, name, limit));
    }

    String text(String name) {
        return as(String.class, map.get(name), what + ": " + name);
    }

    byte[] bytes(String name) {
        return as(byte[].class, map.get(name), what + ": " + name);
    }

    ContentId id(String name) {
        return new ContentId(bytes(name));
    }

    Object value(String name) {
        return as(Object.class, map.get(name), what + ": " + name);
    }

    List<?> list(String name) {
        return as(List.class, map.get(name), what + ": " + name);
    }

    <T> List<T> list(String name, Class<T> type) {
        return list(name).stream().map(item -> as(type, item, what + ": " + name)).toList();
    }

    private static <T> T as(Class<T> type, Object value, String where) {
        if (!type.isInstance(value)) {
            throw bad(where + " has the wrong type");
        }
        return type.cast(value);
    }

    private static ProblemException bad(String why) {
        return ContentProblem.BAD_MANIFEST.with(why);
    }
}
