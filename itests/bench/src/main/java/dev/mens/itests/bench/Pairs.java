package dev.mens.itests.bench;

import java.util.List;
import java.util.Locale;

/// One quantity as measured in alternation on both sides.
///
/// @param ours in the order of the pairs
/// @param theirs of the same pairs
record Pairs(String what, List<Double> ours, List<Double> theirs) {
    Pairs {
        ours = List.copyOf(ours);
        theirs = List.copyOf(theirs);
    }

    /// The medians' ratio.
    double ratio() {
        return median(ours) / median(theirs);
    }

    /// Lowest ratio within a pair.
    double least() {
        double least = Double.MAX_VALUE;
        for (int p = 0; p < ours.size(); p++) {
            least = Math.min(least, ours.get(p) / theirs.get(p));
        }
        return least;
    }

    /// Highest ratio within a pair.
    double most() {
        double most = 0;
        for (int p = 0; p < ours.size(); p++) {
            most = Math.max(most, ours.get(p) / theirs.get(p));
        }
        return most;
    }

    static double median(List<Double> values) {
        var sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    String row() {
        return String.format(
                Locale.ROOT,
                "| %s | %.1f / %.1f | %.2f | %.2f to %.2f | %d |",
                what,
                median(ours),
                median(theirs),
                ratio(),
                least(),
                most(),
                ours.size());
    }
}
