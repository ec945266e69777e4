package dev.mens.chat.eval;

import dev.mens.chat.value.Arguments;
import dev.mens.chat.value.Fault;
import dev.mens.chat.value.Lazy;
import dev.mens.chat.value.None;
import dev.mens.chat.value.Text;
import dev.mens.chat.value.Value;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Filters that map or select elements, lazily as Python's generators do.
final class SelectionFilters {
    static final Map<String, Filter> ALL =
            Map.of(
                    "map", SelectionFilters::map,
                    "select", (run, input, a) -> select(run, input, a, true, false),
                    "reject", (run, input, a) -> select(run, input, a, false, false),
                    "selectattr", (run, input, a) -> select(run, input, a, true, true),
                    "rejectattr", (run, input, a) -> select(run, input, a, false, true));

    private SelectionFilters() {}

    private static Value map(Run run, Value input, Arguments arguments) {
        return lazy(
                () -> {
                    if (!input.isTrue()) {
                        return Collections.emptyIterator();
                    }
                    var mapping = mapping(run, arguments);
                    var elements = run.iterator(input);
                    return new Iterator<>() {
                        @Override
                        public boolean hasNext() {
                            return elements.hasNext();
                        }

                        @Override
                        public Value next() {
                            return mapping.apply(elements.next());
                        }
                    };
                });
    }

    private static UnaryOperator<Value> mapping(Run run, Arguments arguments) {
        var positional = arguments.positional();
        if (positional.isEmpty() && arguments.named().containsKey("attribute")) {
            var bound = arguments.bind("map", 0, "attribute", "default");
            return Paths.getter(run, bound.get(0), bound.get(1));
        }
        if (positional.isEmpty()) {
            throw Fault.failed("map requires a filter argument");
        }
        var name = name(positional.getFirst());
        var rest = rest(arguments, 1);
        return element -> run.filter(name, element, rest);
    }

    private static String name(Value value) {
        if (value instanceof Text(var name, _)) {
            return name;
        }
        throw Fault.failed("a filter or test is named by a text, not " + value.typeName());
    }

    private static Arguments rest(Arguments arguments, int from) {
        var positional = arguments.positional();
        return new Arguments(positional.subList(from, positional.size()), arguments.named());
    }

    private static Value select(
            Run run, Value input, Arguments arguments, boolean keep, boolean attribute) {
        return lazy(
                () -> {
                    if (!input.isTrue()) {
                        return Collections.emptyIterator();
                    }
                    var test = test(run, arguments, attribute);
                    return new Selection(run, run.iterator(input), v -> test.test(v) == keep);
                });
    }

    private static Predicate<Value> test(Run run, Arguments arguments, boolean attribute) {
        var positional = arguments.positional();
        int at = attribute ? 1 : 0;
        if (positional.size() < at) {
            throw Fault.failed("Missing parameter for attribute name");
        }
        UnaryOperator<Value> getter =
                attribute
                        ? Paths.getter(run, positional.getFirst(), None.NONE)
                        : UnaryOperator.identity();
        if (positional.size() == at) {
            return element -> getter.apply(element).isTrue();
        }
        var name = name(positional.get(at));
        var rest = rest(arguments, at + 1);
        return element -> run.test(name, getter.apply(element), rest);
    }

    /// A generator whose body begins to run when its first element is wanted.
    private static Lazy lazy(Supplier<Iterator<Value>> body) {
        return new Lazy(
                new Iterator<>() {
                    private @Nullable Iterator<Value> elements;

                    private Iterator<Value> elements() {
                        var started = elements;
                        if (started == null) {
                            started = body.get();
                            elements = started;
                        }
                        return started;
                    }

                    @Override
                    public boolean hasNext() {
                        return elements().hasNext();
                    }

                    @Override
                    public Value next() {
                        return elements().next();
                    }
                });
    }
}
