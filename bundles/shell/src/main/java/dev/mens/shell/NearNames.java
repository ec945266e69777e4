package dev.mens.shell;

import java.util.Collection;
import java.util.stream.Collectors;

/// Finds what someone may have meant to type.
final class NearNames {
    private static final int MAX_SHOWN = 3;

    private NearNames() {}

    /// @return ` (did you mean …?)`, or nothing if no name is near
    static String hint(String typed, Collection<String> names) {
        int limit = Math.max(1, typed.length() / 3);
        var near =
                names.stream()
                        .distinct()
                        .filter(
                                name ->
                                        distance(typed, name) <= limit
                                                || name.startsWith(typed)
                                                || name.endsWith("/" + typed))
                        .sorted(
                                java.util.Comparator.comparingInt(
                                                (String name) -> distance(typed, name))
                                        .thenComparing(name -> name))
                        .limit(MAX_SHOWN)
                        .collect(Collectors.joining(" or "));
        return near.isEmpty() ? "" : " (did you mean " + near + "?)";
    }

    /// Levenshtein's distance.
    static int distance(String a, String b) {
        var previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            var current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                current[j] =
                        Math.min(
                                previous[j - 1] + change,
                                Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
