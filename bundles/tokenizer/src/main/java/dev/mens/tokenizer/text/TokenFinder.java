package dev.mens.tokenizer.text;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Finds many strings in a text at once: the leftmost, of those the longest, none overlapping.
///
/// @see <a href="https://doi.org/10.1145/360825.360855">Aho and Corasick 1975</a>
public final class TokenFinder {

    /// Hears of each match, in order.
    public interface Matches {
        void accept(int start, int end, int value);
    }

    private final LongTable edges;
    private final boolean[] starts = new boolean[0x10000];
    private int nodes = 1;
    private int[] values = new int[64];
    private int[] depths = new int[64];
    private int[] fallbacks = new int[64];

    /// The nearest node on the chain of fallbacks that ends a string, itself included, or -1.
    private int[] endings = new int[64];

    public TokenFinder(Map<String, Integer> strings) {
        edges = new LongTable(strings.keySet().stream().mapToInt(String::length).sum() + 1);
        values[0] = -1;
        List<List<Character>> labels = new ArrayList<>();
        labels.add(new ArrayList<>());
        strings.forEach((string, value) -> put(string, value, labels));
        link(labels);
    }

    private void put(String string, int value, List<List<Character>> labels) {
        starts[string.charAt(0)] = true;
        int node = 0;
        for (int i = 0; i < string.length(); i++) {
            char unit = string.charAt(i);
            int next = child(node, unit);
            if (next < 0) {
                next = newNode(i + 1);
                edges.put(edge(node, unit), next);
                labels.get(node).add(unit);
                labels.add(new ArrayList<>());
            }
            node = next;
        }
        values[node] = value;
    }

    private int newNode(int depth) {
        if (nodes == values.length) {
            values = Arrays.copyOf(values, nodes * 2);
            depths = Arrays.copyOf(depths, nodes * 2);
            fallbacks = Arrays.copyOf(fallbacks, nodes * 2);
            endings = Arrays.copyOf(endings, nodes * 2);
        }
        values[nodes] = -1;
        depths[nodes] = depth;
        return nodes++;
    }

    /// Breadth first, so that a node's fallback is complete before the node.
    private void link(List<List<Character>> labels) {
        var queue = new ArrayDeque<Integer>();
        queue.add(0);
        endings[0] = -1;
        while (!queue.isEmpty()) {
            int node = queue.remove();
            for (char unit : labels.get(node)) {
                int child = child(node, unit);
                fallbacks[child] = node == 0 ? 0 : step(fallbacks[node], unit);
                endings[child] = values[child] >= 0 ? child : endings[fallbacks[child]];
                queue.add(child);
            }
        }
    }

    private int child(int node, char unit) {
        long next = edges.get(edge(node, unit));
        return next == LongTable.ABSENT ? -1 : (int) next;
    }

    private int step(int from, char unit) {
        int node = from;
        int next = child(node, unit);
        while (next < 0 && node != 0) {
            node = fallbacks[node];
            next = child(node, unit);
        }
        return Math.max(next, 0);
    }

    private static long edge(int node, char unit) {
        return ((long) node << 16) | unit;
    }

    public void find(String text, Matches matches) {
        int length = text.length();
        int node = 0;
        int start = -1;
        int end = -1;
        int value = -1;
        int at = 0;
        while (at < length || start >= 0) {
            if (node == 0 && start < 0) {
                while (at < length && !starts[text.charAt(at)]) {
                    at++;
                }
                if (at == length) {
                    return;
                }
            }
            boolean over = at == length;
            if (!over) {
                node = step(node, text.charAt(at++));
                over = start >= 0 && at - depths[node] > start;
            }
            if (over) {
                // Nothing that is still possible starts as far left as the match.
                matches.accept(start, end, value);
                at = end;
                node = 0;
                start = -1;
                continue;
            }
            int ending = endings[node];
            // The deepest ending starts leftmost; one that starts where the match does is longer.
            if (ending >= 0 && (start < 0 || at - depths[ending] <= start)) {
                start = at - depths[ending];
                end = at;
                value = values[ending];
            }
        }
    }
}
