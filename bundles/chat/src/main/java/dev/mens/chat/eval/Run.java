package dev.mens.chat.eval;

import dev.mens.chat.python.Iteration;
import dev.mens.chat.python.Order;
import dev.mens.chat.python.Repr;
import dev.mens.chat.value.Arguments;
import dev.mens.chat.value.Budget;
import dev.mens.chat.value.Fault;
import dev.mens.chat.value.Text;
import dev.mens.chat.value.Value;
import java.time.Clock;
import java.util.Iterator;
import java.util.List;

/// One rendering: what filters, tests and functions may use. Not thread-safe.
public final class Run {
    private final Budget budget;
    private final Clock clock;

    public Run(Budget budget, Clock clock) {
        this.budget = budget;
        this.clock = clock;
    }

    Budget budget() {
        return budget;
    }

    Clock clock() {
        return clock;
    }

    Value filter(String name, Value input, Arguments arguments) {
        var filter = Filters.ALL.get(name);
        if (filter == null) {
            throw Fault.failed("No filter named '" + name + "'");
        }
        touch(input);
        return filter.apply(this, input, arguments);
    }

    boolean test(String name, Value input, Arguments arguments) {
        var test = Tests.ALL.get(name);
        if (test == null) {
            throw Fault.failed("No test named '" + name + "'");
        }
        budget.work(1);
        return test.holds(this, input, arguments);
    }

    /// Pays for reading a text; whatever reads other values pays for itself.
    private void touch(Value input) {
        budget.work(1);
        if (input instanceof Text(var text, _)) {
            budget.work(text.length() / 16);
        }
    }

    String str(Value value) {
        return Repr.str(value, budget);
    }

    Text text(String text) {
        budget.text(text.length());
        return Text.of(text);
    }

    Iterator<Value> iterator(Value value) {
        return Iteration.iterator(value, budget);
    }

    List<Value> list(Value value) {
        return Iteration.list(value, budget);
    }

    boolean equal(Value left, Value right) {
        return Order.equal(left, right, budget);
    }
}
