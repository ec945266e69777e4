package dev.mens.chat.syntax;

import dev.mens.chat.python.Strings;
import dev.mens.chat.value.Fault;
import java.util.ArrayList;
import java.util.List;

/// Cuts a template into text and tags, with the white space rules that transformers sets:
/// `trim_blocks` (a newline after a tag goes) and `lstrip_blocks` (blanks before one go), both
/// overridden by `-` and `+` in the tag. {@link TagLexer} reads what is inside the tags.
final class Lexer {
    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int position;
    private boolean lineStarts = true;
    private int line = 1;
    private int counted;

    private Lexer(String source) {
        this.source = source;
    }

    /// @throws Fault if a tag does not end or holds what no tag may hold
    static List<Token> tokens(String source) {
        var lines = source.replace("\r\n", "\n").replace('\r', '\n');
        var lexer =
                new Lexer(lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines);
        lexer.read();
        return lexer.tokens;
    }

    private void read() {
        while (position < source.length()) {
            int tag = nextTag(position);
            if (tag < 0) {
                add(TokenType.DATA, source.substring(position), position);
                position = source.length();
            } else {
                readTag(tag);
            }
        }
        add(TokenType.END, "", source.length());
    }

    private int nextTag(int from) {
        for (int at = source.indexOf('{', from); at >= 0; at = source.indexOf('{', at + 1)) {
            if (at + 1 < source.length() && "%{#".indexOf(source.charAt(at + 1)) >= 0) {
                return at;
            }
        }
        return -1;
    }

    private void readTag(int tag) {
        char kind = source.charAt(tag + 1);
        int inside = tag + 2;
        char sign = inside < source.length() ? source.charAt(inside) : 0;
        inside += sign == '-' || sign == '+' ? 1 : 0;
        addText(tag, sign, kind != '{');
        int raw = kind == '%' ? rawBegin(inside) : -1;
        if (raw >= 0) {
            position = readRaw(raw, tag);
        } else if (kind == '#') {
            position = skipComment(inside, tag);
        } else {
            readInside(kind == '%', inside, tag);
        }
        lineStarts = source.charAt(position - 1) == '\n';
    }

    private void readInside(boolean block, int inside, int tag) {
        add(block ? TokenType.BLOCK_BEGIN : TokenType.VARIABLE_BEGIN, "", tag);
        position = new TagLexer(source, block, this::add).read(inside);
    }

    /// Adds the text before a tag, without the blanks that the tag takes away.
    private void addText(int tag, char sign, boolean block) {
        var text = source.substring(position, tag);
        if (sign == '-') {
            text = Strings.strip(text, null, false, true);
        } else if (sign != '+' && block) {
            int start = text.lastIndexOf('\n') + 1;
            boolean blank = Strings.strip(text.substring(start), null, true, false).isEmpty();
            if (blank && (start > 0 || lineStarts)) {
                text = text.substring(0, start);
            }
        }
        add(TokenType.DATA, text, position);
    }

    private void add(TokenType type, String text, int at) {
        for (; counted < at; counted++) {
            line += source.charAt(counted) == '\n' ? 1 : 0;
        }
        if (type != TokenType.DATA || !text.isEmpty()) {
            tokens.add(new Token(type, text, line));
        }
    }

    private Fault fault(int at, String message) {
        add(TokenType.DATA, "", at);
        return Fault.syntax(line, message);
    }

    /// Where the content of a raw block begins; -1 if this tag begins none.
    private int rawBegin(int inside) {
        int at = skipSpace(inside);
        if (!source.startsWith("raw", at)) {
            return -1;
        }
        at = skipSpace(at + 3);
        if (source.startsWith("-%}", at)) {
            return skipSpace(at + 3);
        }
        return source.startsWith("%}", at) ? at + 2 : -1;
    }

    private int readRaw(int from, int tag) {
        for (int at = source.indexOf("{%", from); at >= 0; at = source.indexOf("{%", at + 1)) {
            char sign = at + 2 < source.length() ? source.charAt(at + 2) : 0;
            int name = skipSpace(at + (sign == '-' || sign == '+' ? 3 : 2));
            if (!source.startsWith("endraw", name)) {
                continue;
            }
            int end = tagEnd(source, skipSpace(name + 6), "%}", true);
            if (end >= 0) {
                position = from;
                lineStarts = source.charAt(from - 1) == '\n';
                addText(at, sign, true);
                return end;
            }
        }
        throw fault(tag, "Missing end of raw directive");
    }

    private int skipComment(int from, int tag) {
        int end = source.indexOf("#}", from);
        if (end < 0) {
            throw fault(tag, "Missing end of comment tag");
        }
        boolean signed = end > from && "+-".indexOf(source.charAt(end - 1)) >= 0;
        return tagEnd(source, signed ? end - 1 : end, "#}", true);
    }

    /// Where the text after a tag begins, if the tag ends here; else -1.
    ///
    /// @param trims whether a plain end takes the newline after it
    static int tagEnd(String source, int at, String end, boolean trims) {
        if (source.startsWith("-" + end, at)) {
            return skipSpace(source, at + 1 + end.length());
        }
        if (trims && source.startsWith("+" + end, at)) {
            return at + 1 + end.length();
        }
        if (!source.startsWith(end, at)) {
            return -1;
        }
        int after = at + end.length();
        return trims && source.startsWith("\n", after) ? after + 1 : after;
    }

    private int skipSpace(int from) {
        return skipSpace(source, from);
    }

    static int skipSpace(String source, int from) {
        int at = from;
        while (at < source.length() && Strings.isSpace(source.charAt(at))) {
            at++;
        }
        return at;
    }
}
