package dev.mens.crypto.hashes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.crypto.MerkleTree;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class MerkleTreeTest {
    private final Hashes hashes = new Hashes();

    @Property(tries = 60)
    void every_leaf_is_proved_by_its_siblings_and_no_other_place(
            @ForAll @IntRange(min = 1, max = 40) int count, @ForAll @IntRange(max = 39) int at) {
        int leaf = at % count;
        var leaves = leaves(count);
        var tree = new MerkleTree(leaves, hashes);
        var path = tree.path(leaf);
        assertTrue(MerkleTree.verify(tree.root(), leaves.get(leaf), leaf, count, path, hashes));
        for (int other = 0; other < count; other++) {
            boolean proved =
                    MerkleTree.verify(tree.root(), leaves.get(leaf), other, count, path, hashes);
            assertEquals(other == leaf, proved);
        }
    }

    @Test
    void a_peer_that_fetched_shards_3_to_5_of_8_checks_them_against_the_root_alone() {
        var leaves = leaves(8);
        var tree = new MerkleTree(leaves, hashes);
        var root = tree.root();
        for (int shard = 3; shard <= 5; shard++) {
            var path = tree.path(shard);
            assertEquals(3, path.size());
            assertTrue(MerkleTree.verify(root, leaves.get(shard), shard, 8, path, hashes));
            var forged = leaves.get(shard).clone();
            forged[0] ^= 1;
            assertFalse(MerkleTree.verify(root, forged, shard, 8, path, hashes));
        }
    }

    @Test
    void a_path_that_is_too_short_or_too_long_proves_nothing() {
        var leaves = leaves(5);
        var tree = new MerkleTree(leaves, hashes);
        var path = new ArrayList<>(tree.path(1));
        path.add(leaves.get(0));
        assertFalse(MerkleTree.verify(tree.root(), leaves.get(1), 1, 5, path, hashes));
        var shorter = path.subList(0, 2);
        assertFalse(MerkleTree.verify(tree.root(), leaves.get(1), 1, 5, shorter, hashes));
    }

    @Test
    void two_leaves_hash_as_rfc_9162_writes_it() {
        var leaves = leaves(2);
        var expected = hashes.sha3(join(1, node(leaves.get(0)), node(leaves.get(1))));
        assertArrayEquals(expected, new MerkleTree(leaves, hashes).root());
    }

    private byte[] node(byte[] leaf) {
        return hashes.sha3(join(0, leaf, new byte[0]));
    }

    private static byte[] join(int prefix, byte[] left, byte[] right) {
        var all = java.nio.ByteBuffer.allocate(1 + left.length + right.length);
        return all.put((byte) prefix).put(left).put(right).array();
    }

    private List<byte[]> leaves(int count) {
        return IntStream.range(0, count).mapToObj(i -> hashes.sha3(new byte[] {(byte) i})).toList();
    }
}
