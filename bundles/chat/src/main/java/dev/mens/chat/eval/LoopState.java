package dev.mens.chat.eval;

import dev.mens.chat.python.Iteration;
import dev.mens.chat.value.Arguments;
import dev.mens.chat.value.Bool;
import dev.mens.chat.value.Fault;
import dev.mens.chat.value.Function;
import dev.mens.chat.value.Int;
import dev.mens.chat.value.Thing;
import dev.mens.chat.value.Tuple;
import dev.mens.chat.value.Undefined;
import dev.mens.chat.value.Value;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The variable `loop`. It looks one element ahead only when asked to, so that a lazy iterable is
/// used up as slowly as in Jinja.
final class LoopState implements Thing {
    private final Run run;
    private final Value iterable;
    private final int depth;
    private final Function.@Nullable Body recurse;
    private Iterator<Value> elements;
    private int index = -1;
    private int length = -1;
    private @Nullable Value before;
    private @Nullable Value current;
    private @Nullable Value after;
    private @Nullable Value changed;

    /// @param depth from 1
    /// @param recurse renders the body with other elements; null if the loop is not recursive
    LoopState(
            Run run,
            Value iterable,
            Iterator<Value> elements,
            int depth,
            Function.@Nullable Body recurse) {
        this.run = run;
        this.iterable = iterable;
        this.elements = elements;
        this.depth = depth;
        this.recurse = recurse;
    }

    int depth() {
        return depth;
    }

    /// The next element; null after the last.
    @Nullable Value advance() {
        var next = peek();
        if (next != null) {
            after = null;
            before = current;
            current = next;
            index++;
        }
        return next;
    }

    private @Nullable Value peek() {
        if (after == null && elements.hasNext()) {
            after = elements.next();
        }
        return after;
    }

    int length() {
        if (length < 0) {
            var known = Iteration.length(iterable);
            if (known.isPresent()) {
                length = known.getAsInt();
            } else {
                var rest = new java.util.ArrayList<Value>();
                while (elements.hasNext()) {
                    run.budget().elements(1);
                    rest.add(elements.next());
                }
                elements = rest.iterator();
                length = rest.size() + index + 1 + (after == null ? 0 : 1);
            }
        }
        return length;
    }

    @Override
    public Optional<Value> attribute(String name) {
        return switch (name) {
            case "index" -> number(index + 1);
            case "index0" -> number(index);
            case "revindex" -> number(length() - index);
            case "revindex0" -> number(length() - index - 1);
            case "first" -> Optional.of(Bool.of(index == 0));
            case "last" -> Optional.of(Bool.of(peek() == null));
            case "length" -> number(length());
            case "depth" -> number(depth);
            case "depth0" -> number(depth - 1);
            case "previtem" -> item(index == 0 ? null : before, "there is no previous item");
            case "nextitem" -> item(peek(), "there is no next item");
            case "cycle" -> Optional.of(new Function(name, this::cycle));
            case "changed" -> Optional.of(new Function(name, this::changed));
            default -> Optional.empty();
        };
    }

    private static Optional<Value> number(int value) {
        return Optional.of(Int.of(value));
    }

    private static Optional<Value> item(@Nullable Value item, String message) {
        return Optional.of(item == null ? new Undefined(message) : item);
    }

    private Value cycle(Arguments arguments) {
        var values = arguments.positional();
        if (values.isEmpty()) {
            throw Fault.failed("no items for cycling given");
        }
        return values.get(index % values.size());
    }

    private Value changed(Arguments arguments) {
        var value = Tuple.of(arguments.positional());
        boolean differs = changed == null || !run.equal(changed, value);
        changed = value;
        return Bool.of(differs);
    }

    @Override
    public Value call(Arguments arguments) {
        if (recurse == null) {
            throw Fault.failed(
                    "The loop must have the 'recursive' marker to be called recursively.");
        }
        return recurse.call(arguments);
    }

    @Override
    public String description() {
        return "<LoopContext " + (index + 1) + "/" + length() + ">";
    }

    @Override
    public boolean isCallable() {
        return true;
    }

    @Override
    public String typeName() {
        return "LoopContext";
    }
}
