package dev.mens.chat.syntax;

import dev.mens.chat.syntax.Expression.Attribute;
import dev.mens.chat.syntax.Expression.Call;
import dev.mens.chat.syntax.Expression.DictOf;
import dev.mens.chat.syntax.Expression.Filter;
import dev.mens.chat.syntax.Expression.Item;
import dev.mens.chat.syntax.Expression.Keyword;
import dev.mens.chat.syntax.Expression.ListOf;
import dev.mens.chat.syntax.Expression.Literal;
import dev.mens.chat.syntax.Expression.Name;
import dev.mens.chat.syntax.Expression.Not;
import dev.mens.chat.syntax.Expression.Pair;
import dev.mens.chat.syntax.Expression.Passed;
import dev.mens.chat.syntax.Expression.Slice;
import dev.mens.chat.syntax.Expression.Test;
import dev.mens.chat.syntax.Expression.TupleOf;
import dev.mens.chat.value.Bool;
import dev.mens.chat.value.Int;
import dev.mens.chat.value.None;
import dev.mens.chat.value.Real;
import dev.mens.chat.value.Text;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Parses operands and what follows them: attributes, subscripts, calls, filters and tests.
final class PrimaryParser {
    private static final Literal NONE = new Literal(None.NONE);

    private final TokenStream tokens;
    private final ExpressionParser expressions;
    private final Set<String> namesRead;

    /// @param namesRead gets every name that is read
    PrimaryParser(TokenStream tokens, ExpressionParser expressions, Set<String> namesRead) {
        this.tokens = tokens;
        this.expressions = expressions;
        this.namesRead = namesRead;
    }

    Expression primary() {
        var token = tokens.current();
        return switch (token.type()) {
            case NAME -> name(tokens.next().text());
            case STRING -> strings();
            case INTEGER -> new Literal(new Int(new BigInteger(tokens.next().text())));
            case FLOAT -> new Literal(new Real(Double.parseDouble(tokens.next().text())));
            case OPERATOR -> bracketed(token);
            case DATA, VARIABLE_BEGIN, VARIABLE_END, BLOCK_BEGIN, BLOCK_END, END ->
                    throw tokens.fault("unexpected " + token);
        };
    }

    private Expression name(String name) {
        return switch (name) {
            case "true", "True" -> new Literal(Bool.TRUE);
            case "false", "False" -> new Literal(Bool.FALSE);
            case "none", "None" -> NONE;
            default -> {
                namesRead.add(name);
                yield new Name(name);
            }
        };
    }

    /// Neighbouring strings are one.
    private Expression strings() {
        var text = new StringBuilder();
        while (tokens.at(TokenType.STRING)) {
            text.append(tokens.next().text());
        }
        return new Literal(Text.of(text.toString()));
    }

    private Expression bracketed(Token token) {
        return switch (token.text()) {
            case "(" -> parenthesized();
            case "[" -> list();
            case "{" -> dict();
            default -> throw tokens.fault("unexpected " + token);
        };
    }

    private Expression parenthesized() {
        tokens.expectOperator("(");
        var tuple = expressions.tupleOrNothing(true, null);
        tokens.expectOperator(")");
        return tuple;
    }

    private Expression list() {
        tokens.expectOperator("[");
        var items = new ArrayList<Expression>();
        while (!tokens.atOperator("]")) {
            items.add(expressions.expression());
            if (!tokens.atOperator("]")) {
                tokens.expectOperator(",");
            }
        }
        tokens.expectOperator("]");
        return new ListOf(items);
    }

    private Expression dict() {
        tokens.expectOperator("{");
        var pairs = new ArrayList<Pair>();
        while (!tokens.atOperator("}")) {
            var key = expressions.expression();
            tokens.expectOperator(":");
            pairs.add(new Pair(key, expressions.expression()));
            if (!tokens.atOperator("}")) {
                tokens.expectOperator(",");
            }
        }
        tokens.expectOperator("}");
        return new DictOf(pairs);
    }

    Expression postfix(Expression operand) {
        var result = operand;
        while (true) {
            if (tokens.skipOperator(".")) {
                result = attribute(result);
            } else if (tokens.skipOperator("[")) {
                result = subscript(result);
            } else if (tokens.atOperator("(")) {
                result = new Call(result, passed());
            } else {
                return result;
            }
        }
    }

    private Expression attribute(Expression owner) {
        if (tokens.at(TokenType.INTEGER)) {
            return new Item(owner, primary());
        }
        return new Attribute(owner, tokens.expect(TokenType.NAME).text());
    }

    private Expression subscript(Expression owner) {
        var keys = new ArrayList<Expression>();
        while (!tokens.atOperator("]")) {
            if (!keys.isEmpty()) {
                tokens.expectOperator(",");
            }
            var key = tokens.atOperator(":") ? NONE : expressions.expression();
            if (tokens.atOperator(":")) {
                if (!keys.isEmpty()) {
                    throw tokens.fault("slices of several dimensions are not supported");
                }
                return slice(owner, key);
            }
            keys.add(key);
        }
        tokens.expectOperator("]");
        return new Item(owner, keys.size() == 1 ? keys.getFirst() : new TupleOf(keys));
    }

    private Expression slice(Expression owner, Expression from) {
        tokens.expectOperator(":");
        var to = slicePart();
        var step = tokens.skipOperator(":") ? slicePart() : NONE;
        tokens.expectOperator("]");
        return new Slice(owner, from, to, step);
    }

    private Expression slicePart() {
        return tokens.atOperator(":") || tokens.atOperator("]") ? NONE : expressions.expression();
    }

    Passed passed() {
        tokens.expectOperator("(");
        var positional = new ArrayList<Expression>();
        var named = new ArrayList<Keyword>();
        Expression spread = null;
        Expression spreadNamed = null;
        while (!tokens.atOperator(")")) {
            if (tokens.atOperator("*") && spread == null && spreadNamed == null) {
                tokens.next();
                spread = expressions.expression();
            } else if (tokens.atOperator("**") && spreadNamed == null) {
                tokens.next();
                spreadNamed = expressions.expression();
            } else if (spreadNamed == null
                    && tokens.at(TokenType.NAME)
                    && tokens.look().isOperator("=")) {
                named.add(keyword(named));
            } else if (spread == null && spreadNamed == null && named.isEmpty()) {
                positional.add(expressions.expression());
            } else {
                throw tokens.fault("invalid syntax for function call expression");
            }
            if (!tokens.atOperator(")")) {
                tokens.expectOperator(",");
            }
        }
        tokens.expectOperator(")");
        return new Passed(positional, named, spread, spreadNamed);
    }

    private Keyword keyword(List<Keyword> before) {
        var name = tokens.next().text();
        if (before.stream().anyMatch(k -> k.name().equals(name))) {
            throw tokens.fault("keyword argument repeated: " + name);
        }
        tokens.expectOperator("=");
        return new Keyword(name, expressions.expression());
    }

    Expression filtersAndTests(Expression operand) {
        var result = operand;
        while (true) {
            if (tokens.skipOperator("|")) {
                result = filter(result);
            } else if (tokens.skipName("is")) {
                result = test(result);
            } else if (tokens.atOperator("(")) {
                result = new Call(result, passed());
            } else {
                return result;
            }
        }
    }

    /// Only filters: `|a|b(c)`, as a block `set` may have.
    Expression filters(Expression input) {
        var result = input;
        while (tokens.skipOperator("|")) {
            result = filter(result);
        }
        return result;
    }

    Expression filter(Expression input) {
        var name = dottedName();
        return new Filter(input, name, tokens.atOperator("(") ? passed() : Passed.NOTHING);
    }

    private String dottedName() {
        var name = new StringBuilder(tokens.expect(TokenType.NAME).text());
        while (tokens.skipOperator(".")) {
            name.append('.').append(tokens.expect(TokenType.NAME).text());
        }
        return name.toString();
    }

    private Expression test(Expression input) {
        boolean negated = tokens.skipName("not");
        var name = dottedName();
        var argument = testArguments();
        var test = new Test(input, name, argument);
        return negated ? new Not(test) : test;
    }

    private Passed testArguments() {
        if (tokens.atOperator("(")) {
            return passed();
        }
        var argument = testArgument();
        return argument == null
                ? Passed.NOTHING
                : new Passed(List.of(argument), List.of(), null, null);
    }

    /// `x is divisibleby 3`: an argument may stand without parentheses.
    private @Nullable Expression testArgument() {
        boolean begins =
                switch (tokens.current().type()) {
                    case NAME ->
                            !tokens.atName("else") && !tokens.atName("or") && !tokens.atName("and");
                    case STRING, INTEGER, FLOAT -> true;
                    case OPERATOR -> tokens.atOperator("[") || tokens.atOperator("{");
                    case DATA, VARIABLE_BEGIN, VARIABLE_END, BLOCK_BEGIN, BLOCK_END, END -> false;
                };
        if (!begins) {
            return null;
        }
        if (tokens.atName("is")) {
            throw tokens.fault("You cannot chain multiple tests with is");
        }
        return postfix(primary());
    }
}
