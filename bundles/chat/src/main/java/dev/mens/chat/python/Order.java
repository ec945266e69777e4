package dev.mens.chat.python;

import dev.mens.chat.value.Bool;
import dev.mens.chat.value.Budget;
import dev.mens.chat.value.Dict;
import dev.mens.chat.value.DictView;
import dev.mens.chat.value.Fault;
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
import java.math.BigDecimal;
import java.util.List;

/// Python's `==` and `<`.
public final class Order {
    private Order() {}

    @SuppressWarnings("ReferenceEquality") // of what has identity in Python
    public static boolean equal(Value left, Value right, Budget budget) {
        budget.enter();
        var equal =
                switch (left) {
                    case Int _, Bool _, Real _ ->
                            isNumber(right)
                                    && !isNan(left)
                                    && !isNan(right)
                                    && compareNumbers(left, right) == 0;
                    case Text(var text, _) -> {
                        budget.read(text);
                        yield right instanceof Text(var other, _) && text.equals(other);
                    }
                    case Items(var values) ->
                            right instanceof Items(var others) && equal(values, others, budget);
                    case Tuple(var values, _) ->
                            right instanceof Tuple(var others, _) && equal(values, others, budget);
                    case Dict dict -> right instanceof Dict other && equal(dict, other, budget);
                    case None _ -> right instanceof None;
                    case Undefined _ -> right instanceof Undefined;
                    case Range range -> right instanceof Range other && equal(range, other);
                    case DictView view ->
                            right instanceof DictView other && equal(view, other, budget);
                    case Lazy _, Thing _ -> left == right;
                };
        budget.leave();
        return equal;
    }

    private static boolean equal(List<Value> left, List<Value> right, Budget budget) {
        if (left.size() != right.size()) {
            return false;
        }
        for (int i = 0; i < left.size(); i++) {
            if (!equal(left.get(i), right.get(i), budget)) {
                return false;
            }
        }
        return true;
    }

    private static boolean equal(Dict left, Dict right, Budget budget) {
        if (left.size() != right.size()) {
            return false;
        }
        for (var entry : left.entries()) {
            var other = right.get(entry.key());
            if (other == null || !equal(entry.value(), other, budget)) {
                return false;
            }
        }
        return true;
    }

    private static boolean equal(Range left, Range right) {
        return left.size() == right.size()
                && (left.size() == 0 || left.start().equals(right.start()))
                && (left.size() < 2 || left.step().equals(right.step()));
    }

    private static boolean equal(DictView left, DictView right, Budget budget) {
        return switch (left.part()) {
            case VALUES -> left.dict() == right.dict() && left.part() == right.part();
            case KEYS, ITEMS ->
                    left.part() == right.part()
                            && left.dict().size() == right.dict().size()
                            && containsAll(right, left.elements(), budget);
        };
    }

    private static boolean containsAll(DictView view, List<Value> elements, Budget budget) {
        for (var element : elements) {
            if (!Iteration.contains(view, element, budget)) {
                return false;
            }
        }
        return true;
    }

    /// Python's `left < right`.
    public static boolean less(Value left, Value right, Budget budget) {
        return !isNan(left) && !isNan(right) && compare(left, right, "<", budget) < 0;
    }

    /// Python's `left <= right`.
    public static boolean lessOrEqual(Value left, Value right, Budget budget) {
        return !isNan(left) && !isNan(right) && compare(left, right, "<=", budget) <= 0;
    }

    /// The order that sorting uses: Python's, and NaN after everything.
    public static int compare(Value left, Value right, Budget budget) {
        return compare(left, right, "<", budget);
    }

    private static int compare(Value left, Value right, String operator, Budget budget) {
        budget.enter();
        int order;
        if (isNumber(left) && isNumber(right)) {
            order = compareNumbers(left, right);
        } else if (left instanceof Text(var text, _) && right instanceof Text(var other, _)) {
            budget.read(text);
            order = compareTexts(text, other);
        } else if (left instanceof Items(var values) && right instanceof Items(var others)) {
            order = compareLists(values, others, operator, budget);
        } else if (left instanceof Tuple(var values, _) && right instanceof Tuple(var others, _)) {
            order = compareLists(values, others, operator, budget);
        } else {
            throw incomparable(left, right, operator);
        }
        budget.leave();
        return order;
    }

    private static Fault incomparable(Value left, Value right, String operator) {
        if (left instanceof Undefined undefined) {
            return undefined.fault();
        }
        if (right instanceof Undefined undefined) {
            return undefined.fault();
        }
        return Fault.failed(
                "'%s' not supported between instances of '%s' and '%s'"
                        .formatted(operator, left.typeName(), right.typeName()));
    }

    private static int compareLists(
            List<Value> left, List<Value> right, String operator, Budget budget) {
        for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
            if (!equal(left.get(i), right.get(i), budget)) {
                return compare(left.get(i), right.get(i), operator, budget);
            }
        }
        return Integer.compare(left.size(), right.size());
    }

    /// By code points, while {@link String#compareTo} goes by UTF-16 units.
    static int compareTexts(String left, String right) {
        int length = Math.min(left.length(), right.length());
        for (int i = 0; i < length; i++) {
            char a = left.charAt(i);
            char b = right.charAt(i);
            if (a != b) {
                return Character.isSurrogate(a) == Character.isSurrogate(b)
                        ? Character.compare(a, b)
                        : Boolean.compare(Character.isSurrogate(a), Character.isSurrogate(b));
            }
        }
        return Integer.compare(left.length(), right.length());
    }

    static boolean isNumber(Value value) {
        return value instanceof Int || value instanceof Bool || value instanceof Real;
    }

    private static boolean isNan(Value value) {
        return value instanceof Real(var number) && Double.isNaN(number);
    }

    private static int compareNumbers(Value left, Value right) {
        if (left instanceof Real(var a) && right instanceof Real(var b)) {
            return a == b ? 0 : Double.compare(a, b);
        }
        if (left instanceof Real(var a) && !Double.isFinite(a)) {
            return a < 0 ? -1 : 1;
        }
        if (right instanceof Real(var b) && !Double.isFinite(b)) {
            return b < 0 ? 1 : -1;
        }
        return exact(left).compareTo(exact(right));
    }

    private static BigDecimal exact(Value number) {
        return number instanceof Real(var real)
                ? new BigDecimal(real)
                : new BigDecimal(Arithmetic.integer(number));
    }
}
