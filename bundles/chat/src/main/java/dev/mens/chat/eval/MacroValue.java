package dev.mens.chat.eval;

import dev.mens.chat.syntax.Statement.Parameter;
import dev.mens.chat.syntax.Statement.Routine;
import dev.mens.chat.value.Arguments;
import dev.mens.chat.value.Bool;
import dev.mens.chat.value.Dict;
import dev.mens.chat.value.Fault;
import dev.mens.chat.value.Text;
import dev.mens.chat.value.Thing;
import dev.mens.chat.value.Tuple;
import dev.mens.chat.value.Undefined;
import dev.mens.chat.value.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A macro, or the `caller` of a call block, with the scope where it was defined.
final class MacroValue implements Thing {
    private final Routine routine;
    private final Scope home;
    private final Interpreter interpreter;

    MacroValue(Routine routine, Scope home, Interpreter interpreter) {
        this.routine = routine;
        this.home = home;
        this.interpreter = interpreter;
    }

    /// Renders the body with these arguments.
    @Override
    public Value call(Arguments arguments) {
        var scope = new Scope(home);
        var named = new LinkedHashMap<>(arguments.named());
        var positional = arguments.positional();
        int taken = Math.min(positional.size(), routine.parameters().size());
        for (int i = 0; i < taken; i++) {
            scope.set(routine.parameters().get(i).name(), positional.get(i));
        }
        // What a default reads of parameters that have no value yet is undefined, not outer.
        for (var parameter : routine.parameters().subList(taken, routine.parameters().size())) {
            scope.set(parameter.name(), Undefined.name(parameter.name()));
        }
        for (var parameter : routine.parameters().subList(taken, routine.parameters().size())) {
            bind(parameter, named, scope);
        }
        bindImplicit(positional.subList(taken, positional.size()), named, scope);
        return Text.of(interpreter.capture(routine.body(), scope));
    }

    private void bind(Parameter parameter, Map<String, Value> named, Scope scope) {
        var given = named.remove(parameter.name());
        var otherwise = parameter.otherwise();
        if (given != null) {
            scope.set(parameter.name(), given);
        } else if (otherwise != null) {
            scope.set(parameter.name(), interpreter.evaluate(otherwise, scope));
        } else {
            scope.set(
                    parameter.name(),
                    new Undefined("parameter '" + parameter.name() + "' was not provided"));
        }
    }

    private boolean declares(String name) {
        return routine.parameters().stream().anyMatch(p -> p.name().equals(name));
    }

    private void bindImplicit(List<Value> rest, Map<String, Value> named, Scope scope) {
        if (routine.uses().contains("caller") && !declares("caller")) {
            var caller = named.remove("caller");
            scope.set("caller", caller == null ? new Undefined("No caller defined") : caller);
        }
        if (routine.uses().contains("kwargs") && !declares("kwargs")) {
            scope.set("kwargs", Dict.of(named));
        } else if (!named.isEmpty()) {
            throw Fault.failed(
                    "macro '%s' takes no keyword argument '%s'"
                            .formatted(routine.name(), named.keySet().iterator().next()));
        }
        if (routine.uses().contains("varargs") && !declares("varargs")) {
            scope.set("varargs", Tuple.of(List.copyOf(rest)));
        } else if (!rest.isEmpty()) {
            throw Fault.failed(
                    "macro '%s' takes not more than %d argument(s)"
                            .formatted(routine.name(), routine.parameters().size()));
        }
    }

    @Override
    public Optional<Value> attribute(String name) {
        return switch (name) {
            case "name" -> Optional.of(Text.of(routine.name()));
            case "arguments" -> Optional.of(names());
            case "catch_kwargs" -> Optional.of(Bool.of(routine.uses().contains("kwargs")));
            case "catch_varargs" -> Optional.of(Bool.of(routine.uses().contains("varargs")));
            case "caller" -> Optional.of(Bool.of(routine.uses().contains("caller")));
            default -> Optional.empty();
        };
    }

    private Tuple names() {
        return Tuple.of(routine.parameters().stream().<Value>map(p -> Text.of(p.name())).toList());
    }

    @Override
    public String description() {
        return "<Macro '" + routine.name() + "'>";
    }

    @Override
    public boolean isCallable() {
        return true;
    }

    @Override
    public String typeName() {
        return "Macro";
    }
}
