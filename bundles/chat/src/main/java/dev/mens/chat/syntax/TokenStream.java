package dev.mens.chat.syntax;

import dev.mens.chat.value.Fault;
import java.util.List;

/// The tokens that a parser has still to read, and how deep it is in them.
final class TokenStream {
    /// Counts parentheses, signs and blocks; each takes several calls of the parser.
    private static final int MAX_DEPTH = 300;

    private final List<Token> tokens;
    private int position;
    private int depth;

    TokenStream(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token current() {
        return tokens.get(position);
    }

    Token look() {
        return tokens.get(Math.min(position + 1, tokens.size() - 1));
    }

    Token next() {
        var token = current();
        position = Math.min(position + 1, tokens.size() - 1);
        return token;
    }

    boolean at(TokenType type) {
        return current().type() == type;
    }

    boolean atName(String name) {
        return current().isName(name);
    }

    boolean atOperator(String operator) {
        return current().isOperator(operator);
    }

    boolean skipName(String name) {
        boolean found = atName(name);
        if (found) {
            next();
        }
        return found;
    }

    boolean skipOperator(String operator) {
        boolean found = atOperator(operator);
        if (found) {
            next();
        }
        return found;
    }

    Token expect(TokenType type) {
        if (!at(type)) {
            throw fault(
                    "expected "
                            + type.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ')
                            + ", got "
                            + current());
        }
        return next();
    }

    void expectName(String name) {
        if (!skipName(name)) {
            throw fault("expected '" + name + "', got " + current());
        }
    }

    void expectOperator(String operator) {
        if (!skipOperator(operator)) {
            throw fault("expected '" + operator + "', got " + current());
        }
    }

    Fault fault(String message) {
        return Fault.syntax(current().line(), message);
    }

    void enter() {
        if (++depth > MAX_DEPTH) {
            throw fault("nested deeper than " + MAX_DEPTH);
        }
    }

    void leave() {
        depth--;
    }
}
