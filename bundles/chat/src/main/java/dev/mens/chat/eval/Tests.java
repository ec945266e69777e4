package dev.mens.chat.eval;

import dev.mens.chat.python.Arithmetic;
import dev.mens.chat.python.Iteration;
import dev.mens.chat.python.Order;
import dev.mens.chat.python.Strings;
import dev.mens.chat.value.Arguments;
import dev.mens.chat.value.Bool;
import dev.mens.chat.value.Dict;
import dev.mens.chat.value.DictView;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// Every test by name.
final class Tests {
    static final Map<String, Test> ALL = all();

    private Tests() {}

    private static Map<String, Test> all() {
        var all = new HashMap<String, Test>();
        types(all);
        comparisons(all);
        all.put("odd", (run, v, a) -> remainder(run, v, a, 2, Int.ONE));
        all.put("even", (run, v, a) -> remainder(run, v, a, 2, Int.ZERO));
        all.put("divisibleby", Tests::divisible);
        all.put("lower", (run, v, a) -> Strings.isLower(alone(run, v, a)));
        all.put("upper", (run, v, a) -> Strings.isUpper(alone(run, v, a)));
        all.put("in", (run, v, a) -> Iteration.contains(other(a, "in"), v, run.budget()));
        all.put("sameas", (_, v, a) -> same(v, other(a, "sameas")));
        all.put("filter", (_, v, _) -> v instanceof Text(var n, _) && Filters.ALL.containsKey(n));
        all.put("test", (_, v, _) -> v instanceof Text(var n, _) && named(n));
        return Map.copyOf(all);
    }

    private static boolean named(String name) {
        return ALL.containsKey(name);
    }

    private static void types(Map<String, Test> all) {
        all.put("defined", is(v -> !(v instanceof Undefined)));
        all.put("undefined", is(Undefined.class::isInstance));
        all.put("none", is(None.class::isInstance));
        all.put("boolean", is(Bool.class::isInstance));
        all.put("true", is(v -> v instanceof Bool(var truth) && truth));
        all.put("false", is(v -> v instanceof Bool(var truth) && !truth));
        all.put("integer", is(Int.class::isInstance));
        all.put("float", is(Real.class::isInstance));
        all.put("number", is(v -> v instanceof Int || v instanceof Real || v instanceof Bool));
        all.put("string", is(Text.class::isInstance));
        all.put("mapping", is(Dict.class::isInstance));
        all.put("iterable", is(v -> Iteration.isIterable(v) || v instanceof LoopState));
        all.put("sequence", is(Tests::isSequence));
        all.put("callable", is(Tests::isCallable));
        all.put("escaped", is(v -> v instanceof Text text && text.safe()));
    }

    private static Test is(Predicate<Value> test) {
        return (_, value, arguments) -> {
            arguments.bind("test", 0);
            return test.test(value);
        };
    }

    /// Undefined counts as callable in Jinja, since it has a method that refuses the call.
    private static boolean isCallable(Value value) {
        return value instanceof Undefined || value instanceof Thing thing && thing.isCallable();
    }

    private static boolean isSequence(Value value) {
        return switch (value) {
            case Text _, Items _, Tuple _, Dict _, Range _, Undefined _ -> true;
            case None _, Bool _, Int _, Real _, DictView _, Lazy _, Thing _ -> false;
        };
    }

    private static void comparisons(Map<String, Test> all) {
        Test equal = (run, v, a) -> run.equal(v, other(a, "eq"));
        Test less = (run, v, a) -> Order.less(v, other(a, "lt"), run.budget());
        Test greater = (run, v, a) -> Order.less(other(a, "gt"), v, run.budget());
        Test atMost = (run, v, a) -> Order.lessOrEqual(v, other(a, "le"), run.budget());
        Test atLeast = (run, v, a) -> Order.lessOrEqual(other(a, "ge"), v, run.budget());
        List.of("==", "eq", "equalto").forEach(name -> all.put(name, equal));
        List.of("!=", "ne").forEach(name -> all.put(name, (r, v, a) -> !equal.holds(r, v, a)));
        List.of("<", "lt", "lessthan").forEach(name -> all.put(name, less));
        List.of(">", "gt", "greaterthan").forEach(name -> all.put(name, greater));
        List.of("<=", "le").forEach(name -> all.put(name, atMost));
        List.of(">=", "ge").forEach(name -> all.put(name, atLeast));
    }

    /// The text of a value whose test takes no arguments.
    private static String alone(Run run, Value value, Arguments arguments) {
        arguments.bind("test", 0);
        return run.str(value);
    }

    private static Value other(Arguments arguments, String test) {
        return arguments.bind(test, 1, "other").need(0);
    }

    private static boolean remainder(
            Run run, Value value, Arguments arguments, int divisor, Int wanted) {
        arguments.bind("test", 0);
        return run.equal(Arithmetic.modulo(value, Int.of(divisor), run.budget()), wanted);
    }

    private static boolean divisible(Run run, Value value, Arguments arguments) {
        var divisor = arguments.bind("divisibleby", 1, "num").need(0);
        return run.equal(Arithmetic.modulo(value, divisor, run.budget()), Int.ZERO);
    }

    /// Python's `is`: identity, which small and constant values share.
    @SuppressWarnings("ReferenceEquality") // is what this test asks for
    private static boolean same(Value left, Value right) {
        return left == right
                || left instanceof Bool && left.equals(right)
                || left instanceof None && right instanceof None
                || left instanceof Int && left.equals(right)
                || left instanceof Text && left.equals(right);
    }
}
