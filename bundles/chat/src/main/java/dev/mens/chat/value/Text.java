package dev.mens.chat.value;

import java.util.ArrayList;
import java.util.List;

/// Python's `str`: its elements are code points, while Java's are UTF-16 units.
///
/// @param safe true for what `escape` and `safe` made: text added to it is escaped
public record Text(String string, boolean safe) implements Value {
    public static final Text EMPTY = new Text("", false);

    public static Text of(String string) {
        return new Text(string, false);
    }

    /// Another text of the same safety.
    public Text with(String other) {
        return new Text(other, safe);
    }

    /// Length in code points.
    public int length() {
        return string.codePointCount(0, string.length());
    }

    /// From one code point to another, exclusive; both within the text.
    public String slice(int from, int to) {
        if (from >= to) {
            return "";
        }
        int start = string.offsetByCodePoints(0, from);
        return string.substring(start, string.offsetByCodePoints(start, to - from));
    }

    /// Each code point as a text of its own, and no longer safe.
    public List<Value> characters() {
        var characters = new ArrayList<Value>(string.length());
        string.codePoints().forEach(c -> characters.add(of(Character.toString(c))));
        return characters;
    }

    @Override
    public String typeName() {
        return safe ? "Markup" : "str";
    }

    @Override
    public boolean isTrue() {
        return !string.isEmpty();
    }
}
