package dev.mens.chat.syntax;

/// A piece of a template's source.
///
/// @param text of data, names, strings (unescaped), numbers (without underscores) and operators
/// @param line from 1
record Token(TokenType type, String text, int line) {

    boolean is(TokenType type, String text) {
        return this.type == type && this.text.equals(text);
    }

    boolean isName(String name) {
        return is(TokenType.NAME, name);
    }

    boolean isOperator(String operator) {
        return is(TokenType.OPERATOR, operator);
    }

    @Override
    public String toString() {
        return switch (type) {
            case VARIABLE_END -> "end of print statement";
            case BLOCK_END -> "end of statement block";
            case END -> "end of template";
            case DATA, VARIABLE_BEGIN, BLOCK_BEGIN -> "template text";
            case NAME, STRING, INTEGER, FLOAT, OPERATOR -> "'" + text + "'";
        };
    }
}
