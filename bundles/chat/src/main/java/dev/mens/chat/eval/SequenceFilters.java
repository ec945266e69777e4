package dev.mens.chat.eval;

import static java.util.Map.entry;

import dev.mens.chat.python.Arithmetic;
import dev.mens.chat.python.Attributes;
import dev.mens.chat.python.Iteration;
import dev.mens.chat.value.Arguments;
import dev.mens.chat.value.Budget;
import dev.mens.chat.value.Dict;
import dev.mens.chat.value.DictView;
import dev.mens.chat.value.Fault;
import dev.mens.chat.value.Int;
import dev.mens.chat.value.Items;
import dev.mens.chat.value.Lazy;
import dev.mens.chat.value.None;
import dev.mens.chat.value.Range;
import dev.mens.chat.value.Text;
import dev.mens.chat.value.Tuple;
import dev.mens.chat.value.Undefined;
import dev.mens.chat.value.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/// Filters of lists and whatever else has elements.
final class SequenceFilters {
    static final Map<String, Filter> ALL =
            Map.ofEntries(
                    entry("attr", SequenceFilters::attribute),
                    entry("batch", SequenceFilters::batch),
                    entry("count", SequenceFilters::length),
                    entry("d", SequenceFilters::otherwise),
                    entry("default", SequenceFilters::otherwise),
                    entry("first", SequenceFilters::first),
                    entry("items", SequenceFilters::items),
                    entry("join", SequenceFilters::join),
                    entry("last", SequenceFilters::last),
                    entry("length", SequenceFilters::length),
                    entry("list", (run, input, _) -> new Items(run.list(input))),
                    entry("random", SequenceFilters::random),
                    entry("reverse", SequenceFilters::reverse),
                    entry("slice", SequenceFilters::slice),
                    entry("sum", SequenceFilters::sum));

    private SequenceFilters() {}

    private static Value otherwise(Run run, Value input, Arguments arguments) {
        var bound = arguments.bind("default", 0, "default_value", "boolean");
        boolean missing = input instanceof Undefined || bound.isTrue(1) && !input.isTrue();
        return missing ? bound.get(0, Text.EMPTY) : input;
    }

    private static Value attribute(Run run, Value input, Arguments arguments) {
        var name = arguments.bind("attr", 1, "name").text(0, "");
        if (input instanceof Undefined undefined) {
            throw undefined.fault();
        }
        return Attributes.find(input, name, run.budget())
                .orElseGet(() -> Undefined.element(input, Text.of(name)));
    }

    private static Value length(Run run, Value input, Arguments arguments) {
        arguments.bind("length", 0);
        if (input instanceof LoopState loop) {
            return Int.of(loop.length());
        }
        return Int.of(
                Iteration.length(input)
                        .orElseThrow(
                                () ->
                                        Fault.failed(
                                                "object of type '"
                                                        + input.typeName()
                                                        + "' has no len()")));
    }

    private static Value first(Run run, Value input, Arguments arguments) {
        arguments.bind("first", 0);
        var elements = run.iterator(input);
        return elements.hasNext()
                ? elements.next()
                : new Undefined("No first item, sequence was empty.");
    }

    private static Value last(Run run, Value input, Arguments arguments) {
        arguments.bind("last", 0);
        var values = reversible(run, input);
        return values.isEmpty()
                ? new Undefined("No last item, sequence was empty.")
                : values.getLast();
    }

    private static List<Value> reversible(Run run, Value input) {
        return switch (input) {
            case Items(var values) -> values;
            case Tuple(var values, _) -> values;
            case Text _, Dict _, DictView _, Range _ -> run.list(input);
            case Undefined undefined -> List.of();
            case Value other ->
                    throw Fault.failed("'" + other.typeName() + "' object is not reversible");
        };
    }

    private static Value random(Run run, Value input, Arguments arguments) {
        arguments.bind("random", 0);
        var values = reversible(run, input);
        return values.isEmpty()
                ? new Undefined("No random item, sequence was empty.")
                : values.get(ThreadLocalRandom.current().nextInt(values.size()));
    }

    private static Value reverse(Run run, Value input, Arguments arguments) {
        arguments.bind("reverse", 0);
        if (input instanceof Text text) {
            run.budget().text(text.string().length());
            return text.with(new StringBuilder(text.string()).reverse().toString());
        }
        var values = run.list(input);
        Collections.reverse(values);
        return input instanceof Lazy ? new Items(values) : new Lazy(values.iterator());
    }

    private static Value items(Run run, Value input, Arguments arguments) {
        arguments.bind("items", 0);
        return switch (input) {
            case Undefined _ -> new Lazy(Collections.emptyIterator());
            case Dict dict -> {
                run.budget().elements(dict.size());
                yield new Lazy(dict.pairs().iterator());
            }
            case Value _ -> throw Fault.failed("Can only get item pairs from a mapping.");
        };
    }

    private static Value join(Run run, Value input, Arguments arguments) {
        var bound = arguments.bind("join", 0, "d", "attribute");
        var separator = run.str(bound.get(0, Text.EMPTY));
        var getter = Paths.getter(run, bound.get(1), None.NONE);
        var out = new StringBuilder();
        boolean first = true;
        for (var elements = run.iterator(input); elements.hasNext(); first = false) {
            var text = run.str(getter.apply(elements.next()));
            run.budget().text((long) text.length() + separator.length());
            out.append(first ? "" : separator).append(text);
            if (out.length() > Budget.MAX_TEXT) {
                run.budget().text(out.length());
            }
        }
        return run.text(out.toString());
    }

    private static Value sum(Run run, Value input, Arguments arguments) {
        var bound = arguments.bind("sum", 0, "attribute", "start");
        var getter = Paths.getter(run, bound.get(0), None.NONE);
        var sum = bound.get(1, Int.ZERO);
        if (sum instanceof Text) {
            throw Fault.failed("sum() can't sum strings [use ''.join(seq) instead]");
        }
        for (var elements = run.iterator(input); elements.hasNext(); ) {
            run.budget().work(1);
            sum = Arithmetic.add(sum, getter.apply(elements.next()), run.budget());
        }
        return sum;
    }

    private static Value batch(Run run, Value input, Arguments arguments) {
        var bound = arguments.bind("batch", 1, "linecount", "fill_with");
        int size = bound.integer(0, 0);
        var batches = new ArrayList<Value>();
        var batch = new ArrayList<Value>();
        for (var elements = run.iterator(input); elements.hasNext(); ) {
            run.budget().elements(1);
            if (batch.size() == size) {
                batches.add(new Items(batch));
                batch = new ArrayList<>();
            }
            batch.add(elements.next());
        }
        if (!batch.isEmpty()) {
            fill(run, batch, bound.get(1), size);
            batches.add(new Items(batch));
        }
        return new Lazy(batches.iterator());
    }

    private static void fill(Run run, List<Value> batch, Value filling, int size) {
        if (!(filling instanceof None)) {
            run.budget().elements(Math.max(0, (long) size - batch.size()));
            while (batch.size() < size) {
                batch.add(filling);
            }
        }
    }

    private static Value slice(Run run, Value input, Arguments arguments) {
        var bound = arguments.bind("slice", 1, "slices", "fill_with");
        int count = bound.integer(0, 0);
        var values = run.list(input);
        if (count == 0) {
            throw Fault.failed("integer division or modulo by zero");
        }
        run.budget().elements(Math.max(0, count));
        var slices = new ArrayList<Value>();
        int from = 0;
        for (int i = 0; i < count; i++) {
            boolean longer = i < values.size() % count;
            int to = from + values.size() / count + (longer ? 1 : 0);
            var slice = new ArrayList<>(values.subList(from, to));
            if (!longer && !(bound.get(1) instanceof None)) {
                slice.add(bound.get(1));
            }
            slices.add(new Items(slice));
            from = to;
        }
        return new Lazy(slices.iterator());
    }
}
