package dev.mens.chat.python;

import dev.mens.chat.value.Arguments;
import dev.mens.chat.value.Bool;
import dev.mens.chat.value.Budget;
import dev.mens.chat.value.Dict;
import dev.mens.chat.value.DictView;
import dev.mens.chat.value.Fault;
import dev.mens.chat.value.Function;
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
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// `value.name` as the sandbox of Jinja resolves it: methods first, then elements; what would
/// change a list or dict cannot be called.
public final class Attributes {
    private static final Set<String> CHANGES_LIST =
            Set.of("append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove");
    private static final Set<String> CHANGES_DICT =
            Set.of("clear", "pop", "popitem", "setdefault", "update");

    private Attributes() {}

    /// `value.name`: the attribute, else the element, else undefined.
    public static Value get(Value value, String name, Budget budget) {
        if (value instanceof Undefined undefined) {
            if (name.equals("__class__")) {
                return Undefined.element(value, Text.of(name));
            }
            throw undefined.fault();
        }
        var attribute = find(value, name, budget);
        if (attribute.isPresent()) {
            return attribute.get();
        }
        var element = value instanceof Dict dict ? dict.get(name) : null;
        return element == null ? Undefined.element(value, Text.of(name)) : element;
    }

    /// The attribute alone.
    public static Optional<Value> find(Value value, String name, Budget budget) {
        return switch (value) {
            case Text text -> TextMethods.find(text, name, budget);
            case Dict dict -> dictMethod(dict, name, budget);
            case Items(var values) ->
                    CHANGES_LIST.contains(name)
                            ? unsafe(value, name)
                            : sequenceMethod(value, values, name, budget);
            case Tuple(var values, var names) ->
                    names.contains(name)
                            ? Optional.of(values.get(names.indexOf(name)))
                            : sequenceMethod(value, values, name, budget);
            case Range range -> rangeAttribute(range, name);
            case Real(var number) -> realMethod(number, name);
            case Int _, Bool _ -> integerMethod(value, name);
            case Thing thing -> thing.attribute(name);
            case None _, DictView _, Lazy _, Undefined _ -> Optional.empty();
        };
    }

    private static Optional<Value> unsafe(Value owner, String name) {
        return Optional.of(
                new Undefined(
                        "access to attribute '%s' of '%s' object is unsafe"
                                .formatted(name, owner.typeName())));
    }

    private static Optional<Value> method(String name, Function.Body body) {
        return Optional.of(new Function(name, body));
    }

    private static Optional<Value> dictMethod(Dict dict, String name, Budget budget) {
        if (CHANGES_DICT.contains(name)) {
            return unsafe(dict, name);
        }
        return switch (name) {
            case "keys" -> view(dict, name, DictView.Part.KEYS);
            case "values" -> view(dict, name, DictView.Part.VALUES);
            case "items" -> view(dict, name, DictView.Part.ITEMS);
            case "get" -> method(name, arguments -> dictGet(dict, arguments));
            case "copy" ->
                    method(
                            name,
                            arguments -> {
                                arguments.bind("copy", 0);
                                budget.elements(dict.size());
                                return dict;
                            });
            default -> Optional.empty();
        };
    }

    private static Optional<Value> view(Dict dict, String name, DictView.Part part) {
        return method(
                name,
                arguments -> {
                    arguments.bind(name, 0);
                    return new DictView(dict, part);
                });
    }

    private static Value dictGet(Dict dict, Arguments arguments) {
        var bound = arguments.bind("get", 1, "key", "default");
        var value = dict.get(bound.need(0));
        return value == null ? bound.get(1) : value;
    }

    private static Optional<Value> sequenceMethod(
            Value owner, List<Value> values, String name, Budget budget) {
        return switch (name) {
            case "count" ->
                    method(name, a -> count(values, a.bind(name, 1, "value").need(0), budget));
            case "index" -> method(name, a -> index(values, a, budget));
            case "copy" -> owner instanceof Items ? method(name, _ -> owner) : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static Int count(List<Value> values, Value sought, Budget budget) {
        return Int.of(values.stream().filter(v -> Order.equal(v, sought, budget)).count());
    }

    private static Int index(List<Value> values, Arguments arguments, Budget budget) {
        var bound = arguments.bind("index", 1, "value", "start", "stop");
        int from = Subscript.clamp(bound.integer(1, 0), values.size());
        int to = Subscript.clamp(bound.integer(2, Integer.MAX_VALUE), values.size());
        for (int i = from; i < to; i++) {
            if (Order.equal(values.get(i), bound.need(0), budget)) {
                return Int.of(i);
            }
        }
        throw Fault.failed(Repr.repr(bound.need(0), budget) + " is not in list");
    }

    private static Optional<Value> rangeAttribute(Range range, String name) {
        return switch (name) {
            case "start" -> Optional.of(new Int(range.start()));
            case "stop" -> Optional.of(new Int(range.stop()));
            case "step" -> Optional.of(new Int(range.step()));
            default -> Optional.empty();
        };
    }

    private static Optional<Value> realMethod(double number, String name) {
        return switch (name) {
            case "is_integer" ->
                    method(
                            name,
                            _ -> Bool.of(number == Math.rint(number) && Double.isFinite(number)));
            case "real" -> Optional.of(new Real(number));
            default -> Optional.empty();
        };
    }

    private static Optional<Value> integerMethod(Value value, String name) {
        var number = Arithmetic.integer(value);
        return switch (name) {
            case "bit_length" -> method(name, _ -> Int.of(number.abs().bitLength()));
            case "real", "numerator" -> Optional.of(new Int(number));
            case "imag" -> Optional.of(Int.ZERO);
            case "denominator" -> Optional.of(Int.ONE);
            default -> Optional.empty();
        };
    }
}
