package dev.mens.chat.reply;

/// Finds where a JSON object or array ends while its text still grows; every character is seen
/// once. It does not check the JSON.
final class JsonExtent {
    private int position;
    private int depth;
    private boolean quoted;
    private boolean escaped;

    /// @param from where the value begins
    JsonExtent(int from) {
        this.position = from;
    }

    /// The index after the value; -1 if it is not complete.
    int end(CharSequence text) {
        while (position < text.length()) {
            char c = text.charAt(position++);
            if (quoted) {
                quoted = escaped || c != '"';
                escaped = !escaped && c == '\\';
            } else if (c == '"') {
                quoted = true;
            } else if (c == '{' || c == '[') {
                depth++;
            } else if ((c == '}' || c == ']') && --depth == 0) {
                return position;
            }
        }
        return -1;
    }
}
