package dev.mens.tokenizer.text;

/// Strings as paths of UTF-16 units; answers which of them start at a place in a text.
public final class Trie {
    public static final int ROOT = 0;
    public static final int NONE = -1;

    private final LongTable edges;
    private int[] values = new int[64];
    private int nodes = 1;

    public Trie(int expectedUnits) {
        edges = new LongTable(expectedUnits);
        values[ROOT] = NONE;
    }

    /// A later value of the same key wins.
    public void put(CharSequence key, int value) {
        int node = ROOT;
        for (int i = 0; i < key.length(); i++) {
            long edge = edge(node, key.charAt(i));
            long next = edges.get(edge);
            if (next == LongTable.ABSENT) {
                next = newNode();
                edges.put(edge, next);
            }
            node = (int) next;
        }
        values[node] = value;
    }

    private int newNode() {
        if (nodes == values.length) {
            values = java.util.Arrays.copyOf(values, nodes * 2);
        }
        values[nodes] = NONE;
        return nodes++;
    }

    /// @return the node below, or {@link #NONE}
    public int step(int node, char unit) {
        long next = edges.get(edge(node, unit));
        return next == LongTable.ABSENT ? NONE : (int) next;
    }

    /// @return the node that this text leads to, or {@link #NONE}
    public int walk(CharSequence text) {
        int node = ROOT;
        for (int i = 0; i < text.length() && node != NONE; i++) {
            node = step(node, text.charAt(i));
        }
        return node;
    }

    /// @return the value of the key that ends here, or {@link #NONE}
    public int value(int node) {
        return values[node];
    }

    private static long edge(int node, char unit) {
        return ((long) node << 16) | unit;
    }
}
