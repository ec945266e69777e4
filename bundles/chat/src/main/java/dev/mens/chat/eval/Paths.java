package dev.mens.chat.eval;

import dev.mens.chat.python.Strings;
import dev.mens.chat.python.Subscript;
import dev.mens.chat.value.Fault;
import dev.mens.chat.value.Int;
import dev.mens.chat.value.None;
import dev.mens.chat.value.Text;
import dev.mens.chat.value.Undefined;
import dev.mens.chat.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// The `attribute` argument of filters: `a.b.0`, looked up step by step.
final class Paths {
    private Paths() {}

    /// A function from an element to its attribute; the element itself if `attribute` is `None`.
    ///
    /// @param otherwise instead of an undefined attribute; `None` for no such default
    static UnaryOperator<Value> getter(Run run, Value attribute, Value otherwise) {
        var steps = steps(attribute);
        return element -> {
            var value = element;
            for (var step : steps) {
                value = Subscript.get(value, step, run.budget());
                if (value instanceof Undefined && !(otherwise instanceof None)) {
                    value = otherwise;
                }
            }
            return value;
        };
    }

    private static List<Value> steps(Value attribute) {
        if (!(attribute instanceof Text(var path, _))) {
            return attribute instanceof None ? List.of() : List.of(attribute);
        }
        if (path.length() > 1000) {
            throw Fault.bounds("an attribute longer than 1000");
        }
        var steps = new ArrayList<Value>();
        for (var step : path.split("\\.", -1)) {
            boolean index = !step.isEmpty() && step.length() < 10 && step.matches("[0-9]+");
            steps.add(index ? Int.of(Long.parseLong(step)) : Text.of(step));
        }
        return steps;
    }

    /// Several attributes, parted by commas, each a function of its own.
    static List<UnaryOperator<Value>> getters(Run run, Value attributes) {
        if (!(attributes instanceof Text(var paths, _))) {
            return List.of(getter(run, attributes, None.NONE));
        }
        var getters = new ArrayList<UnaryOperator<Value>>();
        for (var path : paths.split(",", -1)) {
            getters.add(getter(run, Text.of(path), None.NONE));
        }
        return getters;
    }

    /// What texts are compared by where case does not matter.
    static Value ignoringCase(Run run, Value value) {
        return value instanceof Text(var text, _) ? run.text(Strings.lower(text)) : value;
    }
}
