package dev.mens.chat.eval;

import dev.mens.chat.python.Arithmetic;
import dev.mens.chat.python.Attributes;
import dev.mens.chat.python.Iteration;
import dev.mens.chat.python.Order;
import dev.mens.chat.python.Subscript;
import dev.mens.chat.syntax.Expression;
import dev.mens.chat.syntax.Expression.Comparator;
import dev.mens.chat.syntax.Expression.Comparison;
import dev.mens.chat.syntax.Expression.Conditional;
import dev.mens.chat.syntax.Expression.DictOf;
import dev.mens.chat.syntax.Expression.Passed;
import dev.mens.chat.value.Arguments;
import dev.mens.chat.value.Bool;
import dev.mens.chat.value.Budget;
import dev.mens.chat.value.Dict;
import dev.mens.chat.value.Fault;
import dev.mens.chat.value.Items;
import dev.mens.chat.value.Text;
import dev.mens.chat.value.Thing;
import dev.mens.chat.value.Tuple;
import dev.mens.chat.value.Undefined;
import dev.mens.chat.value.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Computes expressions.
final class Evaluator {
    private final Run run;
    private final Budget budget;

    Evaluator(Run run) {
        this.run = run;
        this.budget = run.budget();
    }

    Value evaluate(Expression expression, Scope scope) {
        budget.enter();
        var value =
                switch (expression) {
                    case Expression.Literal(var literal) -> literal;
                    case Expression.Name(var name) -> name(name, scope);
                    case Expression.ListOf(var items) -> new Items(all(items, scope));
                    case Expression.TupleOf(var items) -> Tuple.of(all(items, scope));
                    case DictOf dict -> dict(dict, scope);
                    case Expression.Attribute(var owner, var name) ->
                            Attributes.get(evaluate(owner, scope), name, budget);
                    case Expression.Item(var owner, var key) ->
                            Subscript.get(evaluate(owner, scope), evaluate(key, scope), budget);
                    case Expression.Slice slice -> slice(slice, scope);
                    case Expression.Call(var callee, var passed) ->
                            call(evaluate(callee, scope), arguments(passed, scope));
                    case Expression.Filter(var input, var name, var passed) ->
                            run.filter(name, evaluate(input, scope), arguments(passed, scope));
                    case Expression.Test(var input, var name, var passed) ->
                            Bool.of(
                                    run.test(
                                            name,
                                            evaluate(input, scope),
                                            arguments(passed, scope)));
                    case Expression.Captured _ -> captured(scope);
                    case Expression.Not(var operand) -> Bool.of(!evaluate(operand, scope).isTrue());
                    case Expression.Negative(var operand) ->
                            Arithmetic.negate(evaluate(operand, scope));
                    case Expression.Positive(var operand) ->
                            Arithmetic.plus(evaluate(operand, scope));
                    case Expression.And(var left, var right) -> and(left, right, scope);
                    case Expression.Or(var left, var right) -> or(left, right, scope);
                    case Expression.Arithmetic arithmetic -> arithmetic(arithmetic, scope);
                    case Expression.Concat(var parts) -> concat(parts, scope);
                    case Comparison comparison -> Bool.of(comparison(comparison, scope));
                    case Conditional conditional -> conditional(conditional, scope);
                };
        budget.leave();
        return value;
    }

    private static Value name(String name, Scope scope) {
        var value = scope.find(name);
        return value == null ? Undefined.name(name) : value;
    }

    private static Value captured(Scope scope) {
        var value = scope.find(Interpreter.CAPTURED);
        return value == null ? Text.EMPTY : value;
    }

    private List<Value> all(List<Expression> expressions, Scope scope) {
        budget.elements(expressions.size());
        var values = new ArrayList<Value>(expressions.size());
        for (var expression : expressions) {
            values.add(evaluate(expression, scope));
        }
        return values;
    }

    private Dict dict(DictOf expression, Scope scope) {
        budget.elements(expression.pairs().size());
        var dict = new Dict();
        for (var pair : expression.pairs()) {
            dict.put(evaluate(pair.key(), scope), evaluate(pair.value(), scope));
        }
        return dict;
    }

    private Value slice(Expression.Slice slice, Scope scope) {
        return Subscript.slice(
                evaluate(slice.owner(), scope),
                evaluate(slice.from(), scope),
                evaluate(slice.to(), scope),
                evaluate(slice.step(), scope),
                budget);
    }

    static Value call(Value callee, Arguments arguments) {
        return switch (callee) {
            case Thing thing -> thing.call(arguments);
            case Undefined undefined -> throw undefined.fault();
            case Value other ->
                    throw Fault.failed("'" + other.typeName() + "' object is not callable");
        };
    }

    Arguments arguments(Passed passed, Scope scope) {
        var positional = all(passed.positional(), scope);
        var named = new LinkedHashMap<String, Value>();
        for (var keyword : passed.named()) {
            named.put(keyword.name(), evaluate(keyword.value(), scope));
        }
        if (passed.spread() != null) {
            positional.addAll(run.list(evaluate(passed.spread(), scope)));
        }
        if (passed.spreadNamed() != null) {
            spread(evaluate(passed.spreadNamed(), scope), named);
        }
        return new Arguments(positional, named);
    }

    private void spread(Value value, Map<String, Value> named) {
        if (!(value instanceof Dict dict)) {
            throw Fault.failed("argument after ** must be a mapping, not " + value.typeName());
        }
        budget.elements(dict.size());
        for (var entry : dict.entries()) {
            if (!(entry.key() instanceof Text(var key, _))) {
                throw Fault.failed("keywords must be strings");
            }
            if (named.put(key, entry.value()) != null) {
                throw Fault.failed("got multiple values for keyword argument '" + key + "'");
            }
        }
    }

    private Value and(Expression left, Expression right, Scope scope) {
        var value = evaluate(left, scope);
        return value.isTrue() ? evaluate(right, scope) : value;
    }

    private Value or(Expression left, Expression right, Scope scope) {
        var value = evaluate(left, scope);
        return value.isTrue() ? value : evaluate(right, scope);
    }

    private Value arithmetic(Expression.Arithmetic expression, Scope scope) {
        var left = evaluate(expression.left(), scope);
        var right = evaluate(expression.right(), scope);
        return switch (expression.operator()) {
            case ADD -> Arithmetic.add(left, right, budget);
            case SUBTRACT -> Arithmetic.subtract(left, right, budget);
            case MULTIPLY -> Arithmetic.multiply(left, right, budget);
            case DIVIDE -> Arithmetic.divide(left, right);
            case FLOOR_DIVIDE -> Arithmetic.floorDivide(left, right, budget);
            case MODULO -> Arithmetic.modulo(left, right, budget);
            case POWER -> Arithmetic.power(left, right, budget);
        };
    }

    private Text concat(List<Expression> parts, Scope scope) {
        var out = new StringBuilder();
        for (var part : parts) {
            var text = run.str(evaluate(part, scope));
            budget.text((long) text.length() + out.length());
            out.append(text);
        }
        return Text.of(out.toString());
    }

    private boolean comparison(Comparison comparison, Scope scope) {
        var left = evaluate(comparison.first(), scope);
        for (var compared : comparison.rest()) {
            var right = evaluate(compared.operand(), scope);
            if (!holds(compared.comparator(), left, right)) {
                return false;
            }
            left = right;
        }
        return true;
    }

    private boolean holds(Comparator comparator, Value left, Value right) {
        return switch (comparator) {
            case EQUAL -> Order.equal(left, right, budget);
            case NOT_EQUAL -> !Order.equal(left, right, budget);
            case LESS -> Order.less(left, right, budget);
            case LESS_OR_EQUAL -> Order.lessOrEqual(left, right, budget);
            case GREATER -> Order.less(right, left, budget);
            case GREATER_OR_EQUAL -> Order.lessOrEqual(right, left, budget);
            case IN -> Iteration.contains(right, left, budget);
            case NOT_IN -> !Iteration.contains(right, left, budget);
        };
    }

    private Value conditional(Conditional conditional, Scope scope) {
        if (evaluate(conditional.test(), scope).isTrue()) {
            return evaluate(conditional.then(), scope);
        }
        @Nullable Expression otherwise = conditional.otherwise();
        return otherwise == null
                ? new Undefined(
                        "the inline if-expression evaluated to false and no else section was"
                                + " defined.")
                : evaluate(otherwise, scope);
    }
}
