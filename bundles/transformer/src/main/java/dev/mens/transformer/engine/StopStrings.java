package dev.mens.transformer.engine;

import java.util.List;

/// Watches text for strings that end it, and holds back what may be the start of one.
final class StopStrings {
    private final List<String> stops;
    private final StringBuilder held = new StringBuilder();
    private boolean matched;

    StopStrings(List<String> stops) {
        this.stops = stops;
    }

    boolean matched() {
        return matched;
    }

    /// @return text that is certainly in front of any stop string
    String accept(String piece) {
        if (matched || stops.isEmpty()) {
            return matched ? "" : piece;
        }
        held.append(piece);
        int first = -1;
        for (var stop : stops) {
            int at = held.indexOf(stop);
            if (at >= 0 && (first < 0 || at < first)) {
                first = at;
            }
        }
        matched = first >= 0;
        return release(matched ? first : held.length() - undecided());
    }

    /// @return what was held back, now that no more text comes
    String finish() {
        return matched ? "" : release(held.length());
    }

    /// Length of the longest end of the text that begins a stop string.
    private int undecided() {
        int longest = 0;
        for (var stop : stops) {
            int length = Math.min(stop.length() - 1, held.length());
            while (length > longest && !endsWithStart(stop, length)) {
                length--;
            }
            longest = Math.max(longest, length);
        }
        return longest;
    }

    private boolean endsWithStart(String stop, int length) {
        int from = held.length() - length;
        for (int i = 0; i < length; i++) {
            if (held.charAt(from + i) != stop.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private String release(int length) {
        var text = held.substring(0, length);
        held.delete(0, length);
        return text;
    }
}
