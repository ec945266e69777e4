package dev.mens.diagnostics;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// Finds what somebody may have meant to type, for the facts of a {@link Problem}.
public final class NearNames {
    private static final int MAX_SHOWN = 3;
    private static final int MAX_LENGTH = 200;
    private static final int SHORTEST_PART = 3;

    private NearNames() {}

    /// @return ` (did you mean … or …?)`, or nothing if no name is near
    public static String hint(String typed, Collection<String> names) {
        var near = near(typed, names);
        return near.isEmpty() ? "" : " (did you mean " + String.join(" or ", near) + "?)";
    }

    /// The nearest first.
    private static List<String> near(String typed, Collection<String> names) {
        if (typed.length() > MAX_LENGTH) {
            return List.of();
        }
        var low = typed.toLowerCase(Locale.ROOT);
        return names.stream()
                .distinct()
                .filter(name -> isNear(low, name.toLowerCase(Locale.ROOT)))
                .sorted(
                        Comparator.comparingInt(
                                        (String name) ->
                                                distance(low, name.toLowerCase(Locale.ROOT)))
                                .thenComparing(Comparator.naturalOrder()))
                .limit(MAX_SHOWN)
                .toList();
    }

    private static boolean isNear(String typed, String name) {
        boolean part =
                Math.min(typed.length(), name.length()) >= SHORTEST_PART
                        && (name.contains(typed) || typed.contains(name));
        return part || distance(typed, name) <= Math.max(1, typed.length() / 3);
    }

    /// Levenshtein's distance, one row at a time.
    static int distance(String left, String right) {
        var row = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int replace = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replace, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[right.length()];
    }
}
