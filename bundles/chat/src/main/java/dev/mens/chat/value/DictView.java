package dev.mens.chat.value;

import java.util.List;

/// What `keys()`, `values()` and `items()` of a dict return.
public record DictView(Dict dict, Part part) implements Value {

    /// Which side of the dict is seen.
    public enum Part {
        KEYS,
        VALUES,
        ITEMS
    }

    public List<Value> elements() {
        return switch (part) {
            case KEYS -> dict.keys();
            case VALUES -> dict.values();
            case ITEMS -> dict.pairs();
        };
    }

    @Override
    public String typeName() {
        return switch (part) {
            case KEYS -> "dict_keys";
            case VALUES -> "dict_values";
            case ITEMS -> "dict_items";
        };
    }

    @Override
    public boolean isTrue() {
        return dict.isTrue();
    }
}
