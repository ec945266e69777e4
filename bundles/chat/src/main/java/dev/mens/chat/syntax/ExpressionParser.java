package dev.mens.chat.syntax;

import dev.mens.chat.syntax.Expression.And;
import dev.mens.chat.syntax.Expression.Arithmetic;
import dev.mens.chat.syntax.Expression.Comparator;
import dev.mens.chat.syntax.Expression.Compared;
import dev.mens.chat.syntax.Expression.Comparison;
import dev.mens.chat.syntax.Expression.Concat;
import dev.mens.chat.syntax.Expression.Conditional;
import dev.mens.chat.syntax.Expression.Negative;
import dev.mens.chat.syntax.Expression.Not;
import dev.mens.chat.syntax.Expression.Operator;
import dev.mens.chat.syntax.Expression.Or;
import dev.mens.chat.syntax.Expression.Positive;
import dev.mens.chat.syntax.Expression.TupleOf;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Parses operators, one method a level of precedence, loosest first. Filters and tests bind
/// tighter than any operator; {@link PrimaryParser} reads those and the operands.
final class ExpressionParser {
    private static final Map<String, Comparator> COMPARATORS =
            Map.of(
                    "==", Comparator.EQUAL,
                    "!=", Comparator.NOT_EQUAL,
                    "<", Comparator.LESS,
                    "<=", Comparator.LESS_OR_EQUAL,
                    ">", Comparator.GREATER,
                    ">=", Comparator.GREATER_OR_EQUAL);

    private final TokenStream tokens;
    private final PrimaryParser primaries;

    ExpressionParser(TokenStream tokens, Set<String> namesRead) {
        this.tokens = tokens;
        this.primaries = new PrimaryParser(tokens, this, namesRead);
    }

    PrimaryParser primaries() {
        return primaries;
    }

    /// An expression; commas make it a tuple.
    ///
    /// @param conditional whether `a if b else c` may stand here
    /// @param end a name that ends the tuple, or null
    Expression tuple(boolean conditional, @Nullable String end) {
        if (isTupleEnd(end)) {
            throw tokens.fault("expected an expression, got " + tokens.current());
        }
        return tupleOrNothing(conditional, end);
    }

    Expression tupleOrNothing(boolean conditional, @Nullable String end) {
        var items = new ArrayList<Expression>();
        boolean comma = false;
        while (!isTupleEnd(end)) {
            items.add(conditional ? expression() : or());
            if (!tokens.skipOperator(",")) {
                break;
            }
            comma = true;
        }
        return items.size() == 1 && !comma ? items.getFirst() : new TupleOf(items);
    }

    private boolean isTupleEnd(@Nullable String end) {
        return tokens.at(TokenType.VARIABLE_END)
                || tokens.at(TokenType.BLOCK_END)
                || tokens.atOperator(")")
                || end != null && tokens.atName(end);
    }

    /// Any expression but a bare tuple.
    Expression expression() {
        tokens.enter();
        var expression = or();
        while (tokens.skipName("if")) {
            var test = or();
            var otherwise = tokens.skipName("else") ? expression() : null;
            expression = new Conditional(test, expression, otherwise);
        }
        tokens.leave();
        return expression;
    }

    private Expression or() {
        var left = and();
        while (tokens.skipName("or")) {
            left = new Or(left, and());
        }
        return left;
    }

    private Expression and() {
        var left = not();
        while (tokens.skipName("and")) {
            left = new And(left, not());
        }
        return left;
    }

    private Expression not() {
        if (!tokens.skipName("not")) {
            return comparison();
        }
        tokens.enter();
        var not = new Not(not());
        tokens.leave();
        return not;
    }

    private Expression comparison() {
        var first = sum();
        var rest = new ArrayList<Compared>();
        for (var next = comparator(); next != null; next = comparator()) {
            rest.add(new Compared(next, sum()));
        }
        return rest.isEmpty() ? first : new Comparison(first, rest);
    }

    private @Nullable Comparator comparator() {
        if (tokens.skipName("in")) {
            return Comparator.IN;
        }
        if (tokens.atName("not") && tokens.look().isName("in")) {
            tokens.next();
            tokens.next();
            return Comparator.NOT_IN;
        }
        var comparator =
                tokens.at(TokenType.OPERATOR) ? COMPARATORS.get(tokens.current().text()) : null;
        if (comparator != null) {
            tokens.next();
        }
        return comparator;
    }

    private Expression sum() {
        var left = concat();
        while (true) {
            if (tokens.skipOperator("+")) {
                left = new Arithmetic(Operator.ADD, left, concat());
            } else if (tokens.skipOperator("-")) {
                left = new Arithmetic(Operator.SUBTRACT, left, concat());
            } else {
                return left;
            }
        }
    }

    private Expression concat() {
        var first = product();
        if (!tokens.atOperator("~")) {
            return first;
        }
        var parts = new ArrayList<Expression>();
        parts.add(first);
        while (tokens.skipOperator("~")) {
            parts.add(product());
        }
        return new Concat(parts);
    }

    private Expression product() {
        var left = power();
        while (true) {
            if (tokens.skipOperator("*")) {
                left = new Arithmetic(Operator.MULTIPLY, left, power());
            } else if (tokens.skipOperator("/")) {
                left = new Arithmetic(Operator.DIVIDE, left, power());
            } else if (tokens.skipOperator("//")) {
                left = new Arithmetic(Operator.FLOOR_DIVIDE, left, power());
            } else if (tokens.skipOperator("%")) {
                left = new Arithmetic(Operator.MODULO, left, power());
            } else {
                return left;
            }
        }
    }

    /// Jinja's `**` groups from the left, unlike Python's.
    private Expression power() {
        var left = unary(true);
        while (tokens.skipOperator("**")) {
            left = new Arithmetic(Operator.POWER, left, unary(true));
        }
        return left;
    }

    private Expression unary(boolean filtered) {
        tokens.enter();
        Expression operand;
        if (tokens.skipOperator("-")) {
            operand = new Negative(unary(false));
        } else if (tokens.skipOperator("+")) {
            operand = new Positive(unary(false));
        } else {
            operand = primaries.primary();
        }
        operand = primaries.postfix(operand);
        tokens.leave();
        return filtered ? primaries.filtersAndTests(operand) : operand;
    }
}
