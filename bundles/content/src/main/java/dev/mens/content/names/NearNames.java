package dev.mens.content.names;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/// Finds what a user may have meant.
public final class NearNames {
    private static final int MAX_SHOWN = 3;
    private static final int MAX_LENGTH = 200;

    private NearNames() {}

    /// `; did you mean a or b?`, or nothing.
    public static String hint(String wanted, Collection<String> names) {
        var near = near(wanted, names);
        return near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?";
    }

    static List<String> near(String wanted, Collection<String> names) {
        if (wanted.length() > MAX_LENGTH) {
            return List.of();
        }
        var low = wanted.toLowerCase(Locale.ROOT);
        return names.stream()
                .filter(name -> isNear(low, name.toLowerCase(Locale.ROOT)))
                .sorted()
                .limit(MAX_SHOWN)
                .toList();
    }

    private static boolean isNear(String wanted, String name) {
        boolean part = wanted.length() >= 3 && (name.contains(wanted) || wanted.contains(name));
        return part || distance(wanted, name) <= Math.max(1, name.length() / 4);
    }

    /// Levenshtein's distance, one row at a time.
    private static int distance(String left, String right) {
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
