package dev.mens.crypto;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A binary hash tree over SHA3-512 leaves, in the shape of certificate transparency: a leaf's
/// node is `H(0 ‖ leaf)`, an inner node `H(1 ‖ left ‖ right)`, and the left part has the largest
/// power of two of leaves that is less than all. The prefixes keep a node from passing for a leaf.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9162#section-2.1">RFC 9162, section 2.1</a>
public final class MerkleTree {
    private static final byte[] LEAF = {0};
    private static final byte[] INNER = {1};

    private final List<byte[]> leaves;
    private final Hashing hashing;

    /// @param leaves at least one, 64 bytes each
    public MerkleTree(List<byte[]> leaves, Hashing hashing) {
        if (leaves.isEmpty()) {
            throw new IllegalArgumentException("a tree needs a leaf");
        }
        this.leaves = leaves.stream().map(byte[]::clone).toList();
        this.hashing = hashing;
    }

    public byte[] root() {
        return node(0, leaves.size());
    }

    /// The siblings on the way from a leaf to the root, lowest first.
    public List<byte[]> path(int leaf) {
        var siblings = new ArrayList<byte[]>();
        collect(leaf, 0, leaves.size(), siblings);
        return List.copyOf(siblings);
    }

    /// Whether `leaf` is number `index` of the `count` leaves below `root`.
    ///
    /// @param path what {@link #path} returned, from whoever has the whole tree
    public static boolean verify(
            byte[] root, byte[] leaf, int index, int count, List<byte[]> path, Hashing hashing) {
        if (index < 0 || index >= count) {
            return false;
        }
        // RFC 9162, section 2.1.3.2.
        int first = index;
        int last = count - 1;
        var node = join(LEAF, leaf, new byte[0], hashing);
        for (var sibling : path) {
            if (last == 0) {
                return false;
            }
            if ((first & 1) == 1 || first == last) {
                node = join(INNER, sibling, node, hashing);
                while ((first & 1) == 0 && first != 0) {
                    first >>= 1;
                    last >>= 1;
                }
            } else {
                node = join(INNER, node, sibling, hashing);
            }
            first >>= 1;
            last >>= 1;
        }
        return last == 0 && Arrays.equals(node, root);
    }

    private void collect(int leaf, int from, int to, List<byte[]> siblings) {
        if (to - from == 1) {
            return;
        }
        int middle = from + Integer.highestOneBit(to - from - 1);
        if (leaf < middle) {
            collect(leaf, from, middle, siblings);
            siblings.add(node(middle, to));
        } else {
            collect(leaf, middle, to, siblings);
            siblings.add(node(from, middle));
        }
    }

    private byte[] node(int from, int to) {
        if (to - from == 1) {
            return join(LEAF, leaves.get(from), new byte[0], hashing);
        }
        int middle = from + Integer.highestOneBit(to - from - 1);
        return join(INNER, node(from, middle), node(middle, to), hashing);
    }

    private static byte[] join(byte[] prefix, byte[] left, byte[] right, Hashing hashing) {
        return hashing.sha3()
                .update(prefix, 0, prefix.length)
                .update(left, 0, left.length)
                .update(right, 0, right.length)
                .digest();
    }
}
