package dev.mens.chat.eval;

import dev.mens.chat.python.Order;
import dev.mens.chat.value.Arguments;
import dev.mens.chat.value.Bound;
import dev.mens.chat.value.Dict;
import dev.mens.chat.value.Fault;
import dev.mens.chat.value.Items;
import dev.mens.chat.value.Keys;
import dev.mens.chat.value.Lazy;
import dev.mens.chat.value.None;
import dev.mens.chat.value.Tuple;
import dev.mens.chat.value.Undefined;
import dev.mens.chat.value.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// Filters that sort, group and compare elements.
final class OrderFilters {
    static final Map<String, Filter> ALL =
            Map.of(
                    "dictsort", OrderFilters::dictSort,
                    "groupby", OrderFilters::groupBy,
                    "max", (run, input, arguments) -> extreme(run, input, arguments, "max", 1),
                    "min", (run, input, arguments) -> extreme(run, input, arguments, "min", -1),
                    "sort", OrderFilters::sort,
                    "unique", OrderFilters::unique);

    private OrderFilters() {}

    /// An element with what it is sorted by.
    private record Keyed(Value key, Value element) {}

    private static UnaryOperator<Value> caseOf(Run run, boolean sensitive) {
        return sensitive ? UnaryOperator.identity() : value -> Paths.ignoringCase(run, value);
    }

    private static List<Keyed> keyed(Run run, Value input, UnaryOperator<Value> key) {
        var keyed = new ArrayList<Keyed>();
        for (var element : run.list(input)) {
            run.budget().elements(1);
            keyed.add(new Keyed(key.apply(element), element));
        }
        return keyed;
    }

    private static List<Value> sorted(Run run, List<Keyed> keyed, boolean reverse) {
        Comparator<Keyed> order = (a, b) -> Order.compare(a.key(), b.key(), run.budget());
        keyed.sort(reverse ? order.reversed() : order);
        var sorted = new ArrayList<Value>(keyed.size());
        keyed.forEach(k -> sorted.add(k.element()));
        return sorted;
    }

    private static Value sort(Run run, Value input, Arguments arguments) {
        var bound = arguments.bind("sort", 0, "reverse", "case_sensitive", "attribute");
        var fold = caseOf(run, bound.isTrue(1));
        var getters = Paths.getters(run, bound.get(2));
        UnaryOperator<Value> key =
                element -> {
                    var parts = new ArrayList<Value>();
                    getters.forEach(g -> parts.add(fold.apply(g.apply(element))));
                    return new Items(parts);
                };
        return new Items(sorted(run, keyed(run, input, key), bound.isTrue(0)));
    }

    private static Value dictSort(Run run, Value input, Arguments arguments) {
        var bound = arguments.bind("dictsort", 0, "case_sensitive", "by", "reverse");
        int side =
                switch (bound.text(1, "key")) {
                    case "key" -> 0;
                    case "value" -> 1;
                    default ->
                            throw Fault.failed("You can only sort by either \"key\" or \"value\"");
                };
        if (input instanceof Undefined undefined) {
            throw undefined.fault();
        }
        if (!(input instanceof Dict dict)) {
            throw Fault.failed("'" + input.typeName() + "' object has no attribute 'items'");
        }
        var fold = caseOf(run, bound.isTrue(0));
        UnaryOperator<Value> key =
                pair -> fold.apply(pair instanceof Tuple(var parts, _) ? parts.get(side) : pair);
        var pairs = new Items(dict.pairs());
        return new Items(sorted(run, keyed(run, pairs, key), bound.isTrue(2)));
    }

    private static Value groupBy(Run run, Value input, Arguments arguments) {
        var bound = arguments.bind("groupby", 1, "attribute", "default", "case_sensitive");
        var getter = Paths.getter(run, bound.need(0), bound.get(1));
        var fold = caseOf(run, bound.isTrue(2));
        UnaryOperator<Value> key = element -> fold.apply(getter.apply(element));
        var groups = new ArrayList<Value>();
        var group = new ArrayList<Value>();
        for (var element : sorted(run, keyed(run, input, key), false)) {
            run.budget().elements(1);
            if (!group.isEmpty() && !run.equal(key.apply(group.getFirst()), key.apply(element))) {
                groups.add(group(getter, group));
                group = new ArrayList<>();
            }
            group.add(element);
        }
        if (!group.isEmpty()) {
            groups.add(group(getter, group));
        }
        return new Items(groups);
    }

    private static Tuple group(UnaryOperator<Value> getter, List<Value> group) {
        var parts = List.<Value>of(getter.apply(group.getFirst()), new Items(group));
        return new Tuple(parts, List.of("grouper", "list"));
    }

    private static Value unique(Run run, Value input, Arguments arguments) {
        var bound = arguments.bind("unique", 0, "case_sensitive", "attribute");
        var key = key(run, bound);
        var seen = new HashSet<Object>();
        var unique = new ArrayList<Value>();
        for (var element : run.list(input)) {
            run.budget().elements(1);
            if (seen.add(Keys.canonical(key.apply(element)))) {
                unique.add(element);
            }
        }
        return new Lazy(unique.iterator());
    }

    private static UnaryOperator<Value> key(Run run, Bound bound) {
        var fold = caseOf(run, bound.isTrue(0));
        var getter = Paths.getter(run, bound.get(1), None.NONE);
        return element -> fold.apply(getter.apply(element));
    }

    private static Value extreme(
            Run run, Value input, Arguments arguments, String name, int direction) {
        var key = key(run, arguments.bind(name, 0, "case_sensitive", "attribute"));
        Keyed best = null;
        for (var candidate : keyed(run, input, key)) {
            if (best == null
                    || Order.compare(candidate.key(), best.key(), run.budget()) * direction > 0) {
                best = candidate;
            }
        }
        return best == null
                ? new Undefined("No aggregated item, sequence was empty.")
                : best.element();
    }
}
