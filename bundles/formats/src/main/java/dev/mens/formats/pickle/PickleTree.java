package dev.mens.formats.pickle;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Walks what a pickle made. Every container is entered once, so neither sharing nor cycles cost
/// anything.
final class PickleTree {
    /// Where training scripts put the weights beside the optimizer and the rest.
    private static final List<String> USUAL =
            List.of(
                    "state_dict",
                    "model_state_dict",
                    "model",
                    "module",
                    "net",
                    "weights",
                    "params",
                    "ema_model");

    private PickleTree() {}

    /// The storages of all tensors, by key.
    static void storages(PickleValue root, Map<String, PickleValue.Storage> found) {
        var seen = Collections.<PickleValue>newSetFromMap(new IdentityHashMap<>());
        var pending = new ArrayDeque<PickleValue>();
        pending.add(root);
        while (!pending.isEmpty()) {
            switch (pending.pop()) {
                case PickleValue.Items items when seen.add(items) -> pending.addAll(items.values);
                case PickleValue.Fields fields when seen.add(fields) ->
                        pending.addAll(fields.values.values());
                case PickleValue.View view -> found.put(view.storage().key(), view.storage());
                case PickleValue.Storage storage -> found.put(storage.key(), storage);
                case PickleValue.Items _,
                        PickleValue.Fields _,
                        PickleValue.Nothing _,
                        PickleValue.Whole _,
                        PickleValue.Real _,
                        PickleValue.Truth _,
                        PickleValue.Text _,
                        PickleValue.Octets _,
                        PickleValue.Name _ -> {
                    // nothing inside, or seen before
                }
            }
        }
    }

    /// The model's tensors by name: of the dict that has tensors itself, or of the one where
    /// training scripts usually put them; nested names are joined with dots.
    static Map<String, PickleValue.View> model(PickleValue root) {
        var place = root;
        for (int depth = 0; depth < 4; depth++) {
            var inner = inner(place);
            if (inner.equals(place)) {
                break;
            }
            place = inner;
        }
        var tensors = new LinkedHashMap<String, PickleValue.View>();
        collect(place, "", tensors, Collections.newSetFromMap(new IdentityHashMap<>()), 0);
        return tensors;
    }

    private static PickleValue inner(PickleValue place) {
        if (!(place instanceof PickleValue.Fields fields) || hasTensor(fields)) {
            return place;
        }
        for (var name : USUAL) {
            if (fields.values.get(name) instanceof PickleValue.Fields model
                    && !model.values.isEmpty()) {
                return model;
            }
        }
        return place;
    }

    private static boolean hasTensor(PickleValue.Fields fields) {
        return fields.values.values().stream().anyMatch(PickleValue.View.class::isInstance);
    }

    private static void collect(
            PickleValue value,
            String name,
            Map<String, PickleValue.View> tensors,
            Set<PickleValue> seen,
            int depth) {
        if (depth > 32) {
            return;
        }
        switch (value) {
            case PickleValue.View view ->
                    tensors.putIfAbsent(name.isEmpty() ? "tensor" : name, view);
            case PickleValue.Fields fields when seen.add(fields) ->
                    fields.values.forEach(
                            (key, inner) ->
                                    collect(inner, join(name, key), tensors, seen, depth + 1));
            case PickleValue.Items items when seen.add(items) -> {
                for (int i = 0; i < items.values.size(); i++) {
                    collect(
                            items.values.get(i),
                            join(name, Integer.toString(i)),
                            tensors,
                            seen,
                            depth + 1);
                }
            }
            case PickleValue.Items _,
                    PickleValue.Fields _,
                    PickleValue.Nothing _,
                    PickleValue.Whole _,
                    PickleValue.Real _,
                    PickleValue.Truth _,
                    PickleValue.Text _,
                    PickleValue.Octets _,
                    PickleValue.Name _,
                    PickleValue.Storage _ -> {
                // no tensor, or seen before
            }
        }
    }

    /// Names longer than any model's are cut, so that nesting long keys costs nothing.
    private static String join(String name, String key) {
        var joined = name.isEmpty() ? key : name + "." + key;
        return joined.length() <= 1024 ? joined : joined.substring(0, 1024);
    }
}
