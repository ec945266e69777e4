package dev.mens.chat.value;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Python's `dict`: ordered, and keys that are equal in Python (1, 1.0, true) are one key. Filled
/// where it is made, never changed by a template.
public final class Dict implements Value {

    /// One key with its value.
    public record Entry(Value key, Value value) {
        public Tuple pair() {
            return Tuple.of(key, value);
        }
    }

    private final Map<Object, Entry> entries = new LinkedHashMap<>();

    /// A dict with text keys.
    public static Dict of(Map<String, Value> values) {
        var dict = new Dict();
        values.forEach((key, value) -> dict.put(Text.of(key), value));
        return dict;
    }

    /// Adds or replaces; a replaced key keeps its place and its spelling, as in Python.
    public void put(Value key, Value value) {
        var canonical = Keys.canonical(key);
        var old = entries.get(canonical);
        entries.put(canonical, new Entry(old == null ? key : old.key(), value));
    }

    /// @throws Fault if the key cannot be a key
    public @Nullable Value get(Value key) {
        var entry = entries.get(Keys.canonical(key));
        return entry == null ? null : entry.value();
    }

    public @Nullable Value get(String key) {
        var entry = entries.get(key);
        return entry == null ? null : entry.value();
    }

    public Collection<Entry> entries() {
        return entries.values();
    }

    public List<Value> keys() {
        var keys = new ArrayList<Value>(size());
        entries().forEach(e -> keys.add(e.key()));
        return keys;
    }

    public List<Value> values() {
        var values = new ArrayList<Value>(size());
        entries().forEach(e -> values.add(e.value()));
        return values;
    }

    public List<Value> pairs() {
        var pairs = new ArrayList<Value>(size());
        entries().forEach(e -> pairs.add(e.pair()));
        return pairs;
    }

    public int size() {
        return entries.size();
    }

    @Override
    public String typeName() {
        return "dict";
    }

    @Override
    public boolean isTrue() {
        return !entries.isEmpty();
    }
}
