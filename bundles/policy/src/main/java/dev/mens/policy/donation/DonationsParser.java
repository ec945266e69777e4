package dev.mens.policy.donation;

import dev.mens.policy.donation.DonationsText.Flag;
import dev.mens.policy.donation.DonationsText.Setting;
import dev.mens.policy.donation.DonationsText.SlotBlock;
import dev.mens.policy.donation.DonationsText.SyntaxException;
import dev.mens.policy.donation.DonationsText.Text;
import dev.mens.policy.donation.DonationsText.Texts;
import dev.mens.policy.donation.DonationsText.Value;
import dev.mens.policy.donation.DonationsText.Whole;
import java.util.ArrayList;
import java.util.List;

/// Reads a policy once, from left to right. White space and comments may stand between any two
/// words; a statement ends with its line.
final class DonationsParser {
    private final String text;
    private int at;

    DonationsParser(String text) {
        this.text = text;
    }

    DonationsText document() throws SyntaxException {
        var settings = new ArrayList<Setting>();
        var slots = new ArrayList<SlotBlock>();
        for (skipBlank(); at < text.length(); skipBlank()) {
            int begin = at;
            switch (word("let or slot")) {
                case "let" -> settings.add(setting());
                case "slot" -> slots.add(slot());
                case String other -> throw fault(begin, "expected let or slot, found " + other);
            }
            endOfLine();
        }
        return new DonationsText(text, settings, slots);
    }

    private Setting setting() throws SyntaxException {
        skipBlank();
        int line = line(at);
        var key = word("a key");
        expect('=');
        skipBlank();
        int from = at;
        var value = value();
        return new Setting(key, value, line, from, at);
    }

    private SlotBlock slot() throws SyntaxException {
        skipBlank();
        int line = line(at);
        var kind = word("a kind of work");
        expect('{');
        int end = at;
        var fields = new ArrayList<Setting>();
        while (!accept('}')) {
            if (!fields.isEmpty()) {
                expect(',');
                if (accept('}')) {
                    break;
                }
            }
            fields.add(setting());
            end = at;
        }
        return new SlotBlock(kind, fields, line, end);
    }

    private Value value() throws SyntaxException {
        char first = at < text.length() ? text.charAt(at) : '\0';
        if (first == '"') {
            return new Text(string());
        } else if (first == '[') {
            return new Texts(strings());
        } else if (first == '-' || Character.isDigit(first)) {
            return whole();
        }
        int begin = at;
        return switch (word("true, false, a whole number or [\"…\"]")) {
            case "true" -> new Flag(true);
            case "false" -> new Flag(false);
            case String other -> throw fault(begin, other + " is no value");
        };
    }

    private Whole whole() throws SyntaxException {
        int begin = at++;
        while (at < text.length() && Character.isLetterOrDigit(text.charAt(at))) {
            at++;
        }
        try {
            return new Whole(Long.parseLong(text.substring(begin, at)));
        } catch (NumberFormatException e) {
            throw fault(begin, text.substring(begin, at) + " is no whole number");
        }
    }

    private List<String> strings() throws SyntaxException {
        expect('[');
        var strings = new ArrayList<String>();
        while (!accept(']')) {
            if (!strings.isEmpty()) {
                expect(',');
                if (accept(']')) {
                    break;
                }
            }
            skipBlank();
            strings.add(string());
        }
        return strings;
    }

    private String string() throws SyntaxException {
        int begin = at;
        expect('"');
        var string = new StringBuilder();
        while (at < text.length() && text.charAt(at) != '\n') {
            char next = text.charAt(at++);
            if (next == '"') {
                return string.toString();
            }
            string.append(next == '\\' ? escaped() : next);
        }
        throw fault(begin, "a text does not end on its line");
    }

    private char escaped() throws SyntaxException {
        char next = at < text.length() ? text.charAt(at++) : '\0';
        return switch (next) {
            case '"', '\\' -> next;
            case 'n' -> '\n';
            case 't' -> '\t';
            default -> throw fault(at, "\\" + next + " is no escape");
        };
    }

    private String word(String wanted) throws SyntaxException {
        int begin = at;
        while (at < text.length() && isWord(text.charAt(at))) {
            at++;
        }
        if (at == begin) {
            throw fault(begin, "expected " + wanted + found());
        }
        return text.substring(begin, at);
    }

    private static boolean isWord(char c) {
        return c == '_' || c == '-' || (c < 128 && Character.isLetterOrDigit(c));
    }

    private boolean accept(char wanted) {
        skipBlank();
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char wanted) throws SyntaxException {
        if (!accept(wanted)) {
            throw fault(at, "expected " + wanted + found());
        }
    }

    private String found() {
        return at < text.length() ? ", found " + text.charAt(at) : ", but the file ends";
    }

    private void endOfLine() throws SyntaxException {
        int line = line(at);
        skipBlank();
        if (at < text.length() && line(at) == line) {
            throw fault(at, "expected the end of the line" + found());
        }
    }

    private void skipBlank() {
        while (at < text.length()) {
            if (text.startsWith("//", at)) {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (Character.isWhitespace(text.charAt(at))) {
                at++;
            } else {
                return;
            }
        }
    }

    private int line(int position) {
        return 1 + (int) text.chars().limit(position).filter(c -> c == '\n').count();
    }

    private SyntaxException fault(int position, String fault) {
        return new SyntaxException(line(position), fault);
    }
}
