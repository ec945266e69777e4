package dev.mens.chat.python;

import dev.mens.chat.value.Bool;
import dev.mens.chat.value.Budget;
import dev.mens.chat.value.Fault;
import dev.mens.chat.value.Int;
import dev.mens.chat.value.Items;
import dev.mens.chat.value.Real;
import dev.mens.chat.value.Text;
import dev.mens.chat.value.Tuple;
import dev.mens.chat.value.Undefined;
import dev.mens.chat.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/// Python's arithmetic operators.
public final class Arithmetic {
    /// Larger integers are refused: nothing a template counts is that large.
    private static final int MAX_BITS = 1 << 16;

    private Arithmetic() {}

    public static Value add(Value left, Value right, Budget budget) {
        if (left instanceof Text a && right instanceof Text b) {
            return concat(a, b, budget);
        }
        if (left instanceof Items(var a) && right instanceof Items(var b)) {
            return new Items(join(a, b, budget));
        }
        if (left instanceof Tuple(var a, _) && right instanceof Tuple(var b, _)) {
            return Tuple.of(join(a, b, budget));
        }
        if (integers(left, right)) {
            return bounded(integer(left).add(integer(right)), budget);
        }
        if (numbers(left, right)) {
            return new Real(real(left) + real(right));
        }
        throw unsupported("+", left, right);
    }

    /// Joins two texts; what is added to safe text is escaped.
    static Text concat(Text left, Text right, Budget budget) {
        var a = right.safe() ? Markup.escape(left, budget) : left;
        var b = left.safe() ? Markup.escape(right, budget) : right;
        budget.text((long) a.string().length() + b.string().length());
        return new Text(a.string() + b.string(), left.safe() || right.safe());
    }

    private static List<Value> join(List<Value> left, List<Value> right, Budget budget) {
        budget.elements((long) left.size() + right.size());
        var joined = new ArrayList<>(left);
        joined.addAll(right);
        return joined;
    }

    public static Value subtract(Value left, Value right, Budget budget) {
        if (integers(left, right)) {
            return bounded(integer(left).subtract(integer(right)), budget);
        }
        if (numbers(left, right)) {
            return new Real(real(left) - real(right));
        }
        throw unsupported("-", left, right);
    }

    public static Value multiply(Value left, Value right, Budget budget) {
        if (integers(left, right)) {
            var a = integer(left);
            var b = integer(right);
            budget.work((long) a.bitLength() * b.bitLength() / 65536);
            return bounded(a.multiply(b), budget);
        }
        if (numbers(left, right)) {
            return new Real(real(left) * real(right));
        }
        if (isInteger(right)) {
            return repeat(left, right, budget);
        }
        if (isInteger(left)) {
            return repeat(right, left, budget);
        }
        throw unsupported("*", left, right);
    }

    private static Value repeat(Value value, Value count, Budget budget) {
        if (integer(count).bitLength() > 63) {
            throw Fault.failed("cannot fit 'int' into an index-sized integer");
        }
        int times = Math.max(0, new Int(integer(count)).clamped());
        if (value instanceof Text text) {
            budget.text((long) text.string().length() * times);
            return text.with(text.string().repeat(text.string().isEmpty() ? 0 : times));
        }
        if (value instanceof Items(var values)) {
            return new Items(repeat(values, times, budget));
        }
        if (value instanceof Tuple(var values, _)) {
            return Tuple.of(repeat(values, times, budget));
        }
        throw unsupported("*", value, count);
    }

    private static List<Value> repeat(List<Value> values, int times, Budget budget) {
        budget.elements((long) values.size() * times);
        var repeated = new ArrayList<Value>();
        for (int i = 0; i < times && !values.isEmpty(); i++) {
            repeated.addAll(values);
        }
        return repeated;
    }

    /// Python's `/`, always a float.
    public static Value divide(Value left, Value right) {
        if (!numbers(left, right)) {
            throw unsupported("/", left, right);
        }
        if (!right.isTrue()) {
            throw Fault.failed("division by zero");
        }
        if (integers(left, right)) {
            var quotient =
                    new BigDecimal(integer(left))
                            .divide(new BigDecimal(integer(right)), MathContext.DECIMAL128);
            return new Real(finite(quotient.doubleValue()));
        }
        return new Real(real(left) / real(right));
    }

    /// Python's `//`, which rounds towards minus infinity.
    public static Value floorDivide(Value left, Value right, Budget budget) {
        if (!numbers(left, right)) {
            throw unsupported("//", left, right);
        }
        if (!right.isTrue()) {
            throw Fault.failed("integer division or modulo by zero");
        }
        if (integers(left, right)) {
            pay(left, right, budget);
            var parts = integer(left).divideAndRemainder(integer(right));
            boolean below = parts[1].signum() * integer(right).signum() < 0;
            return new Int(below ? parts[0].subtract(BigInteger.ONE) : parts[0]);
        }
        double a = real(left);
        double b = real(right);
        double quotient = (a - modulo(a, b)) / b;
        double floor = Math.floor(quotient);
        return new Real(quotient - floor > 0.5 ? floor + 1 : floor);
    }

    /// Python's `%`: the remainder has the divisor's sign; a text is formatted.
    public static Value modulo(Value left, Value right, Budget budget) {
        if (left instanceof Text text) {
            return text.with(PercentFormat.format(text.string(), right, budget));
        }
        if (!numbers(left, right)) {
            throw unsupported("%", left, right);
        }
        if (!right.isTrue()) {
            throw Fault.failed("integer division or modulo by zero");
        }
        if (integers(left, right)) {
            pay(left, right, budget);
            var divisor = integer(right);
            var remainder = integer(left).mod(divisor.abs());
            return new Int(
                    divisor.signum() < 0 && remainder.signum() != 0
                            ? remainder.add(divisor)
                            : remainder);
        }
        return new Real(modulo(real(left), real(right)));
    }

    private static double modulo(double a, double b) {
        double remainder = a % b;
        if (remainder == 0) {
            return Math.copySign(0.0, b);
        }
        return remainder < 0 == b < 0 ? remainder : remainder + b;
    }

    public static Value power(Value left, Value right, Budget budget) {
        if (!numbers(left, right)) {
            throw unsupported("**", left, right);
        }
        if (integers(left, right) && integer(right).signum() >= 0) {
            return power(integer(left), integer(right), budget);
        }
        double base = real(left);
        double exponent = real(right);
        if (base == 0 && exponent < 0) {
            throw Fault.failed("0.0 cannot be raised to a negative power");
        }
        if (base < 0 && exponent != Math.rint(exponent)) {
            throw Fault.failed("a negative number has no such power");
        }
        double power = Math.pow(base, exponent);
        if (Double.isInfinite(power) && Double.isFinite(base) && Double.isFinite(exponent)) {
            throw Fault.failed("Numerical result out of range");
        }
        return new Real(power);
    }

    private static Value power(BigInteger base, BigInteger exponent, Budget budget) {
        if (base.abs().bitLength() <= 1 && exponent.bitLength() > 31) {
            return new Int(base.signum() >= 0 || exponent.testBit(0) ? base : base.negate());
        }
        int times = new Int(exponent).clamped();
        long bits = (long) Math.max(0, base.abs().bitLength() - 1) * times;
        if (bits > MAX_BITS) {
            throw Fault.bounds("an integer of more than " + MAX_BITS + " bits");
        }
        budget.work(1 + bits * bits / 65536);
        return bounded(base.pow(times), budget);
    }

    public static Value negate(Value value) {
        return switch (value) {
            case Real(var number) -> new Real(-number);
            case Int(var number) -> new Int(number.negate());
            case Bool _ -> new Int(integer(value).negate());
            case Undefined undefined -> throw undefined.fault();
            case Value other ->
                    throw Fault.failed("bad operand type for unary -: '" + other.typeName() + "'");
        };
    }

    public static Value plus(Value value) {
        return switch (value) {
            case Real _, Int _ -> value;
            case Bool _ -> new Int(integer(value));
            case Undefined undefined -> throw undefined.fault();
            case Value other ->
                    throw Fault.failed("bad operand type for unary +: '" + other.typeName() + "'");
        };
    }

    public static boolean isInteger(Value value) {
        return value instanceof Int || value instanceof Bool;
    }

    private static boolean integers(Value left, Value right) {
        return isInteger(left) && isInteger(right);
    }

    private static boolean numbers(Value left, Value right) {
        return Order.isNumber(left) && Order.isNumber(right);
    }

    /// The value of an int or bool.
    public static BigInteger integer(Value value) {
        return switch (value) {
            case Int(var number) -> number;
            case Bool(var truth) -> truth ? BigInteger.ONE : BigInteger.ZERO;
            case Undefined undefined -> throw undefined.fault();
            case Value other ->
                    throw Fault.failed(
                            "'"
                                    + other.typeName()
                                    + "' object cannot be interpreted as an integer");
        };
    }

    /// The value of an int, bool or float.
    ///
    /// @throws Fault if an int is too large for a float
    public static double real(Value value) {
        return value instanceof Real(var number) ? number : finite(integer(value).doubleValue());
    }

    private static double finite(double value) {
        if (!Double.isFinite(value)) {
            throw Fault.failed("int too large to convert to float");
        }
        return value;
    }

    private static void pay(Value left, Value right, Budget budget) {
        budget.work((long) integer(left).bitLength() * integer(right).bitLength() / 16384);
    }

    private static Int bounded(BigInteger value, Budget budget) {
        if (value.bitLength() > MAX_BITS) {
            throw Fault.bounds("an integer of more than " + MAX_BITS + " bits");
        }
        if (value.bitLength() > 64) {
            budget.text(value.bitLength() / 8);
        }
        return new Int(value);
    }

    private static Fault unsupported(String operator, Value left, Value right) {
        if (left instanceof Undefined undefined) {
            return undefined.fault();
        }
        if (right instanceof Undefined undefined) {
            return undefined.fault();
        }
        return Fault.failed(
                "unsupported operand type(s) for %s: '%s' and '%s'"
                        .formatted(operator, left.typeName(), right.typeName()));
    }
}
