package dev.mens.chat.syntax;

import dev.mens.chat.value.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An expression of a template.
public sealed interface Expression {

    record Literal(Value value) implements Expression {}

    record Name(String name) implements Expression {}

    record ListOf(List<Expression> items) implements Expression {}

    record TupleOf(List<Expression> items) implements Expression {}

    record DictOf(List<Pair> pairs) implements Expression {}

    /// `owner.name`.
    record Attribute(Expression owner, String name) implements Expression {}

    /// `owner[key]`.
    record Item(Expression owner, Expression key) implements Expression {}

    /// `owner[from:to:step]`; a part left out is the literal `None`.
    record Slice(Expression owner, Expression from, Expression to, Expression step)
            implements Expression {}

    record Call(Expression callee, Passed passed) implements Expression {}

    /// `input|name(passed)`.
    record Filter(Expression input, String name, Passed passed) implements Expression {}

    /// `input is name(passed)`.
    record Test(Expression input, String name, Passed passed) implements Expression {}

    /// What a filter block or a block `set` has captured: the input of its first filter.
    record Captured() implements Expression {}

    record Not(Expression operand) implements Expression {}

    record Negative(Expression operand) implements Expression {}

    record Positive(Expression operand) implements Expression {}

    record And(Expression left, Expression right) implements Expression {}

    record Or(Expression left, Expression right) implements Expression {}

    record Arithmetic(Operator operator, Expression left, Expression right) implements Expression {}

    /// `a ~ b ~ c`.
    record Concat(List<Expression> parts) implements Expression {}

    /// `first < second <= third`, each compared with its neighbour.
    record Comparison(Expression first, List<Compared> rest) implements Expression {}

    /// `then if test else otherwise`.
    record Conditional(Expression test, Expression then, @Nullable Expression otherwise)
            implements Expression {}

    /// A key with its value.
    record Pair(Expression key, Expression value) {}

    /// One step of a comparison.
    record Compared(Comparator comparator, Expression operand) {}

    /// The arguments of a call as written.
    ///
    /// @param spread of `*spread`
    /// @param spreadNamed of `**spreadNamed`
    record Passed(
            List<Expression> positional,
            List<Keyword> named,
            @Nullable Expression spread,
            @Nullable Expression spreadNamed) {
        static final Passed NOTHING = new Passed(List.of(), List.of(), null, null);
    }

    /// `name=value` in a call.
    record Keyword(String name, Expression value) {}

    /// Operators of two numbers.
    enum Operator {
        ADD,
        SUBTRACT,
        MULTIPLY,
        DIVIDE,
        FLOOR_DIVIDE,
        MODULO,
        POWER
    }

    /// Operators that yield true or false.
    enum Comparator {
        EQUAL,
        NOT_EQUAL,
        LESS,
        LESS_OR_EQUAL,
        GREATER,
        GREATER_OR_EQUAL,
        IN,
        NOT_IN
    }
}
