package dev.mens.chat.python;

import dev.mens.chat.value.Budget;
import dev.mens.chat.value.Text;

/// HTML escaping as MarkupSafe does it.
public final class Markup {
    private Markup() {}

    /// The text, safe: as it is if it was safe before, else escaped.
    public static Text escape(Text text, Budget budget) {
        return text.safe() ? text : escape(text.string(), budget);
    }

    /// Escaped, whether or not it was before.
    public static Text escape(String text, Budget budget) {
        budget.text(text.length());
        var escaped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&#34;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(c);
            }
        }
        budget.text(escaped.length());
        return new Text(escaped.toString(), true);
    }
}
