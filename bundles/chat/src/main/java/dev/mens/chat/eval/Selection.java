package dev.mens.chat.eval;

import dev.mens.chat.value.Value;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The elements that pass a test, tested no earlier than they are wanted.
final class Selection implements Iterator<Value> {
    private final Run run;
    private final Iterator<Value> elements;
    private final Predicate<Value> test;
    private @Nullable Value found;

    Selection(Run run, Iterator<Value> elements, Predicate<Value> test) {
        this.run = run;
        this.elements = elements;
        this.test = test;
    }

    @Override
    public boolean hasNext() {
        while (found == null && elements.hasNext()) {
            run.budget().work(1);
            var element = elements.next();
            found = test.test(element) ? element : null;
        }
        return found != null;
    }

    @Override
    public Value next() {
        if (!hasNext() || found == null) {
            throw new NoSuchElementException();
        }
        var next = found;
        found = null;
        return next;
    }
}
