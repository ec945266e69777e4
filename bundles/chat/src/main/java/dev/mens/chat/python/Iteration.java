package dev.mens.chat.python;

import dev.mens.chat.value.Bool;
import dev.mens.chat.value.Budget;
import dev.mens.chat.value.Dict;
import dev.mens.chat.value.DictView;
import dev.mens.chat.value.Fault;
import dev.mens.chat.value.Int;
import dev.mens.chat.value.Items;
import dev.mens.chat.value.Lazy;
import dev.mens.chat.value.None;
import dev.mens.chat.value.Range;
import dev.mens.chat.value.Real;
import dev.mens.chat.value.Text;
import dev.mens.chat.value.Thing;
import dev.mens.chat.value.Tuple;
import dev.mens.chat.value.Undefined;
import dev.mens.chat.value.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// Python's `iter`, `len`, `list` and `in`.
public final class Iteration {
    private Iteration() {}

    /// @throws Fault if the value is not iterable
    public static Iterator<Value> iterator(Value value, Budget budget) {
        return switch (value) {
            case Text text -> {
                budget.elements(text.length());
                yield text.characters().iterator();
            }
            case Items(var values) -> values.iterator();
            case Tuple(var values, _) -> values.iterator();
            case Dict dict -> charged(dict.size(), dict::keys, budget);
            case DictView view -> charged(view.dict().size(), view::elements, budget);
            case Range range ->
                    IntStream.range(0, range.size()).<Value>mapToObj(range::at).iterator();
            case Lazy lazy -> lazy.elements();
            case Undefined _ -> Collections.emptyIterator();
            case None _, Bool _, Int _, Real _, Thing _ ->
                    throw Fault.failed("'" + value.typeName() + "' object is not iterable");
        };
    }

    private static Iterator<Value> charged(
            int size, java.util.function.Supplier<List<Value>> elements, Budget budget) {
        budget.elements(size);
        return elements.get().iterator();
    }

    public static boolean isIterable(Value value) {
        return switch (value) {
            case Text _, Items _, Tuple _, Dict _, DictView _, Range _, Lazy _, Undefined _ -> true;
            case None _, Bool _, Int _, Real _, Thing _ -> false;
        };
    }

    /// Python's `list(value)`, a fresh list.
    public static List<Value> list(Value value, Budget budget) {
        var list = new ArrayList<Value>();
        var elements = iterator(value, budget);
        while (elements.hasNext()) {
            budget.elements(1);
            list.add(elements.next());
        }
        return list;
    }

    /// Python's `len(value)`; empty where Python refuses.
    public static OptionalInt length(Value value) {
        return switch (value) {
            case Text text -> OptionalInt.of(text.length());
            case Items(var values) -> OptionalInt.of(values.size());
            case Tuple(var values, _) -> OptionalInt.of(values.size());
            case Dict dict -> OptionalInt.of(dict.size());
            case DictView view -> OptionalInt.of(view.dict().size());
            case Range range -> OptionalInt.of(range.size());
            case Undefined _ -> OptionalInt.of(0);
            case None _, Bool _, Int _, Real _, Lazy _, Thing _ -> OptionalInt.empty();
        };
    }

    /// Python's `item in container`.
    public static boolean contains(Value container, Value item, Budget budget) {
        return switch (container) {
            case Text text -> containsText(text, item, budget);
            case Dict dict -> dict.get(item) != null;
            case Items _, Tuple _, DictView _, Range _, Lazy _, Undefined _ -> {
                var elements = iterator(container, budget);
                while (elements.hasNext()) {
                    if (Order.equal(elements.next(), item, budget)) {
                        yield true;
                    }
                }
                yield false;
            }
            case None _, Bool _, Int _, Real _, Thing _ ->
                    throw Fault.failed(
                            "argument of type '" + container.typeName() + "' is not iterable");
        };
    }

    private static boolean containsText(Text text, Value item, Budget budget) {
        if (item instanceof Text(var part, _)) {
            budget.work(1 + text.string().length() / 16);
            return text.string().contains(part);
        }
        if (item instanceof Undefined undefined) {
            throw undefined.fault();
        }
        throw Fault.failed("'in <string>' requires string as left operand, not " + item.typeName());
    }
}
