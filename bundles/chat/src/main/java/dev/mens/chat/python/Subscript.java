package dev.mens.chat.python;

import dev.mens.chat.value.Budget;
import dev.mens.chat.value.Dict;
import dev.mens.chat.value.Fault;
import dev.mens.chat.value.Int;
import dev.mens.chat.value.Items;
import dev.mens.chat.value.None;
import dev.mens.chat.value.Range;
import dev.mens.chat.value.Text;
import dev.mens.chat.value.Tuple;
import dev.mens.chat.value.Undefined;
import dev.mens.chat.value.Value;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// `value[key]` and `value[from:to:step]`.
public final class Subscript {
    private Subscript() {}

    /// `value[key]`: the element, else the attribute, else undefined.
    public static Value get(Value value, Value key, Budget budget) {
        if (value instanceof Undefined undefined) {
            throw undefined.fault();
        }
        var element = element(value, key, budget);
        if (element != null) {
            return element;
        }
        return key instanceof Text(var name, _)
                ? Attributes.find(value, name, budget)
                        .orElseGet(() -> Undefined.element(value, key))
                : Undefined.element(value, key);
    }

    private static @Nullable Value element(Value value, Value key, Budget budget) {
        if (value instanceof Dict dict) {
            return isKey(key) ? dict.get(key) : null;
        }
        if (!Arithmetic.isInteger(key)) {
            return null;
        }
        var length = Iteration.length(value);
        if (length.isEmpty()) {
            return null;
        }
        var index = Arithmetic.integer(key);
        if (index.signum() < 0) {
            index = index.add(BigInteger.valueOf(length.getAsInt()));
        }
        if (index.signum() < 0 || index.compareTo(BigInteger.valueOf(length.getAsInt())) >= 0) {
            return null;
        }
        return at(value, index.intValue(), budget);
    }

    private static @Nullable Value at(Value value, int index, Budget budget) {
        return switch (value) {
            case Text text -> {
                budget.read(text.string());
                yield text.with(text.slice(index, index + 1));
            }
            case Items(var values) -> values.get(index);
            case Tuple(var values, _) -> values.get(index);
            case Range range -> range.at(index);
            case Value _ -> null;
        };
    }

    /// Unhashable keys are merely not found, as Jinja swallows that error.
    private static boolean isKey(Value key) {
        return !(key instanceof Items || key instanceof Dict);
    }

    /// `value[from:to:step]`; `None` where a part is left out.
    public static Value slice(Value value, Value from, Value to, Value step, Budget budget) {
        return switch (value) {
            case Undefined undefined -> throw undefined.fault();
            case Text text -> slice(text, from, to, step, budget);
            case Items(var values) ->
                    new Items(list(values::get, indices(values.size(), from, to, step), budget));
            case Tuple(var values, _) ->
                    Tuple.of(list(values::get, indices(values.size(), from, to, step), budget));
            case Range range ->
                    new Items(list(range::at, indices(range.size(), from, to, step), budget));
            case Value other ->
                    throw Fault.failed("'" + other.typeName() + "' object has no slices");
        };
    }

    private static Value slice(Text text, Value from, Value to, Value step, Budget budget) {
        var indices = indices(text.length(), from, to, step);
        budget.read(text.string());
        budget.text(indices.size());
        if (indices.step == 1) {
            return text.with(text.slice(indices.start, indices.start + indices.size()));
        }
        int[] points = text.string().codePoints().toArray();
        budget.elements(points.length);
        var out = new StringBuilder();
        for (int i = 0; i < indices.size(); i++) {
            out.appendCodePoint(points[indices.at(i)]);
        }
        return text.with(out.toString());
    }

    private static List<Value> list(
            IntFunction<? extends Value> element, Indices indices, Budget budget) {
        budget.elements(indices.size());
        var list = new ArrayList<Value>(indices.size());
        for (int i = 0; i < indices.size(); i++) {
            list.add(element.apply(indices.at(i)));
        }
        return list;
    }

    private record Indices(int start, int stop, int step) {
        int size() {
            long span = step > 0 ? (long) stop - start : (long) start - stop;
            return span <= 0 ? 0 : (int) ((span - 1) / Math.abs((long) step) + 1);
        }

        int at(int i) {
            return (int) (start + (long) step * i);
        }
    }

    /// Python's `slice.indices`.
    private static Indices indices(int length, Value from, Value to, Value by) {
        int step = by instanceof None ? 1 : part(by);
        if (step == 0) {
            throw Fault.failed("slice step cannot be zero");
        }
        int low = step > 0 ? 0 : -1;
        int high = step > 0 ? length : length - 1;
        int start = from instanceof None ? (step > 0 ? low : high) : bound(from, length, low, high);
        int stop = to instanceof None ? (step > 0 ? high : low) : bound(to, length, low, high);
        return new Indices(start, stop, step);
    }

    private static int bound(Value value, int length, int low, int high) {
        long index = part(value);
        return Math.clamp(index < 0 ? index + length : index, low, high);
    }

    private static int part(Value value) {
        if (value instanceof Undefined undefined) {
            throw undefined.fault();
        }
        if (!Arithmetic.isInteger(value)) {
            throw Fault.failed("slice indices must be integers or None");
        }
        return new Int(Arithmetic.integer(value)).clamped();
    }

    /// A position given from either end, brought within the length.
    static int clamp(int index, int length) {
        return Math.clamp(index < 0 ? (long) index + length : index, 0, length);
    }
}
