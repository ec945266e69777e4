package dev.mens.chat.value;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What `namespace()` makes: the only thing whose attributes a template can set.
public final class Namespace implements Thing {
    private final Map<String, Value> attributes = new LinkedHashMap<>();

    public void set(String name, Value value) {
        attributes.put(name, value);
    }

    /// The attributes, as a dict.
    public Dict attributes() {
        return Dict.of(attributes);
    }

    @Override
    public Optional<Value> attribute(String name) {
        return Optional.ofNullable(attributes.get(name));
    }

    @Override
    public String typeName() {
        return "Namespace";
    }
}
