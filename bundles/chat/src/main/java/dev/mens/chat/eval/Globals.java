package dev.mens.chat.eval;

import dev.mens.chat.python.Arithmetic;
import dev.mens.chat.python.Strftime;
import dev.mens.chat.value.Arguments;
import dev.mens.chat.value.Dict;
import dev.mens.chat.value.Fault;
import dev.mens.chat.value.Function;
import dev.mens.chat.value.Namespace;
import dev.mens.chat.value.Range;
import dev.mens.chat.value.Text;
import dev.mens.chat.value.Undefined;
import dev.mens.chat.value.Value;
import java.math.BigInteger;
import java.time.ZonedDateTime;

/// The functions that every chat template can call.
final class Globals {
    private final Run run;

    private Globals(Run run) {
        this.run = run;
    }

    static Scope scope(Run run) {
        var globals = new Globals(run);
        var scope = new Scope(null);
        globals.put(scope, "range", Globals::range);
        globals.put(scope, "dict", globals::dict);
        globals.put(scope, "namespace", globals::namespace);
        globals.put(scope, "joiner", Joiner::of);
        globals.put(scope, "cycler", Cycler::of);
        globals.put(scope, "raise_exception", globals::raise);
        globals.put(scope, "strftime_now", globals::now);
        return scope;
    }

    private void put(Scope scope, String name, Function.Body body) {
        scope.set(name, new Function(name, body));
    }

    private static Value range(Arguments arguments) {
        var bound = arguments.bind("range", 1, "start", "stop", "step");
        var first = Arithmetic.integer(bound.need(0));
        if (!bound.has(1)) {
            return Range.of(BigInteger.ZERO, first, BigInteger.ONE);
        }
        var step = bound.has(2) ? Arithmetic.integer(bound.need(2)) : BigInteger.ONE;
        return Range.of(first, Arithmetic.integer(bound.need(1)), step);
    }

    private Value dict(Arguments arguments) {
        var dict = new Dict();
        if (arguments.positional().size() > 1) {
            throw Fault.failed("dict expected at most 1 argument");
        }
        for (var source : arguments.positional()) {
            fill(dict, source);
        }
        run.budget().elements(arguments.named().size());
        arguments.named().forEach((name, value) -> dict.put(Text.of(name), value));
        return dict;
    }

    private void fill(Dict dict, Value source) {
        if (source instanceof Undefined) {
            return;
        }
        if (source instanceof Dict other) {
            run.budget().elements(other.size());
            other.entries().forEach(e -> dict.put(e.key(), e.value()));
            return;
        }
        for (var elements = run.iterator(source); elements.hasNext(); ) {
            var pair = run.list(elements.next());
            if (pair.size() != 2) {
                throw Fault.failed("dictionary update sequence element has no length of 2");
            }
            dict.put(pair.get(0), pair.get(1));
        }
    }

    private Value namespace(Arguments arguments) {
        var namespace = new Namespace();
        if (dict(arguments) instanceof Dict dict) {
            dict.entries().forEach(e -> namespace.set(run.str(e.key()), e.value()));
        }
        return namespace;
    }

    private Value raise(Arguments arguments) {
        throw Fault.refused(run.str(arguments.bind("raise_exception", 1, "message").need(0)));
    }

    private Value now(Arguments arguments) {
        var format = arguments.bind("strftime_now", 1, "format").text(0, "");
        return run.text(Strftime.format(ZonedDateTime.now(run.clock()), format));
    }
}
