package dev.mens.crypto.hashes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.crypto.ChunkTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.bouncycastle.crypto.digests.Blake3Digest;
import org.bouncycastle.crypto.digests.SHA3Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HashesTest {
    private final Hashes hashes = new Hashes();

    @TempDir Path folder;

    /// NIST's examples: the empty message, "abc" and a million times "a".
    @ParameterizedTest
    @CsvSource({
        "'',1,a69f73cca23a9ac5c8b567dc185a756e97c982164fe25859e0d1dcc1475c80a615b2123af1f5f94c11e3e9402c3ac558f500199d95b6d3e301758586281dcd26",
        "abc,1,b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0",
        "a,1000000,3c3a876da14034ab60627c077bb98f7e120a2a5370212dffb3385a18d4f38859ed311d0a9d5141ce9cc5c66ee689b266a8aa18ace8282a0e0db596c90b0a7b87"
    })
    void sha3_gives_what_nist_publishes(String text, int times, String expected) {
        var bytes = text.repeat(times).getBytes(StandardCharsets.US_ASCII);
        assertEquals(expected, hex(hashes.sha3(bytes)));
    }

    /// The authors' test vectors: the input counts 0 to 250 over and over.
    @ParameterizedTest
    @CsvSource({
        "0,af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
        "1,2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213",
        "1023,10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11",
        "1024,42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7",
        "1025,d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444",
        "2048,e776b6028c7cd22a4d0ba182a8bf62205d2ef576467e838ed6f2529b85fba24a",
        "102400,bc3e3d41a1146b069abffad3c0d44860cf664390afce4d9661f7902e7943e085"
    })
    void blake3_gives_what_its_authors_publish(int count, String expected) {
        var input = new byte[count];
        for (int i = 0; i < count; i++) {
            input[i] = (byte) (i % 251);
        }
        assertEquals(expected, hex(hashes.blake3(input)));
    }

    /// RFC 5869, appendix A.
    @ParameterizedTest
    @CsvSource({
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b,000102030405060708090a0b0c,f0f1f2f3f4f5f6f7f8f9,3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b,'','',8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
    })
    void keys_are_derived_as_rfc_5869_does(
            String secret, String salt, String info, String expected) {
        var derived = hashes.derive(unhex(secret), unhex(salt), unhex(info), expected.length() / 2);
        assertEquals(expected, hex(derived));
    }

    @Property(tries = 200)
    void both_hashes_equal_bouncy_castles(
            @ForAll @IntRange(max = 9000) int count, @ForAll long seed) {
        var bytes = random(count, seed);
        assertArrayEquals(sha3Twin(bytes), hashes.sha3(bytes));
        assertArrayEquals(blake3Twin(bytes), hashes.blake3(bytes));
    }

    @Property(tries = 200)
    void without_a_compiler_the_hashes_are_the_same(
            @ForAll @IntRange(max = 70_000) int count, @ForAll long seed) {
        var bytes = random(count, seed);
        assertArrayEquals(hashes.sha3(bytes), Hashes.inJava().sha3(bytes));
        assertArrayEquals(hashes.blake3(bytes), Hashes.inJava().blake3(bytes));
    }

    /// Beyond 4 TiB a chunk's number has more than 32 bits.
    @Test
    void a_part_far_behind_in_a_file_has_the_same_value_in_both() {
        var bytes = random(1 << 20, 5);
        long offset = 5L << 42;
        assertArrayEquals(
                new Blake3(new JavaBlake3()).subtree(bytes, 0, bytes.length, offset, false),
                compiledBlake3().subtree(bytes, 0, bytes.length, offset, false));
    }

    /// A bundle is replaced while its hasher runs.
    @Test
    void a_hash_goes_on_when_the_compiled_hashes_are_closed() {
        var bytes = random(1_000_000, 3);
        var closing = new Hashes();
        var hasher = closing.sha3().update(bytes, 0, 500_000);
        closing.close();
        hasher.update(bytes, 500_000, 500_000);
        assertArrayEquals(sha3Twin(bytes), hasher.digest());
        assertArrayEquals(blake3Twin(bytes), closing.blake3(bytes));
    }

    @Property(tries = 200)
    void sha3_does_not_depend_on_how_its_input_is_cut(
            @ForAll @IntRange(max = 500) int count, @ForAll @IntRange(min = 1, max = 150) int cut) {
        var bytes = random(count, cut);
        var hasher = hashes.sha3();
        for (int at = 0; at < count; at += cut) {
            hasher.update(bytes, at, Math.min(cut, count - at));
        }
        assertArrayEquals(hashes.sha3(bytes), hasher.digest());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1 << 20, (1 << 20) + 1, 2 << 20, (5 << 20) + 12345})
    void a_file_has_the_hashes_of_its_bytes_and_each_chunk_is_provable(int count) throws Exception {
        var bytes = random(count, count);
        var done = new ArrayList<Long>();
        var hash = hashes.hash(Files.write(folder.resolve("f"), bytes), done::add);
        assertArrayEquals(sha3Twin(bytes), hash.sha3());
        assertArrayEquals(blake3Twin(bytes), hashes.root(hash.tree()));
        assertEquals(count, done.getLast());
        for (int i = 0; i < hash.tree().chunks(); i++) {
            int from = i * hash.tree().chunkBytes();
            var chunk = Arrays.copyOfRange(bytes, from, from + hash.tree().size(i));
            assertTrue(hashes.isChunk(hash.tree(), i, chunk, chunk.length));
            assertFalse(hashes.isChunk(hash.tree(), i + 1, chunk, chunk.length));
            if (chunk.length > 0) {
                chunk[chunk.length / 2] ^= 1;
                assertFalse(hashes.isChunk(hash.tree(), i, chunk, chunk.length));
            }
        }
    }

    @Test
    void a_chunk_of_many_pieces_is_their_subtree() throws IOException {
        var bytes = random(3 << 20, 7);
        var blake3 = compiledBlake3();
        var left = blake3.subtree(bytes, 0, 2 << 20, 0, false);
        var right = blake3.subtree(bytes, 2 << 20, 1 << 20, 2 << 20, false);
        var joined = Blake3.join(List.of(left, right), true);
        assertArrayEquals(blake3Twin(bytes), Blake3.bytes(joined));
    }

    @Test
    void chunks_grow_so_that_trees_stay_small() {
        assertEquals(1 << 20, ChunkTree.chunkBytesFor(4L << 30));
        assertEquals(2 << 20, ChunkTree.chunkBytesFor((4L << 30) + 1));
        assertEquals(64 << 20, ChunkTree.chunkBytesFor(140L << 30));
    }

    private static Blake3 compiledBlake3() {
        var java = new JavaBlake3();
        return new Blake3(
                CompiledHashes.open(new JavaKeccak(), java)
                        .<ChunkValues>map(compiled -> compiled)
                        .orElse(java));
    }

    private static byte[] sha3Twin(byte[] bytes) {
        var twin = new SHA3Digest(512);
        twin.update(bytes, 0, bytes.length);
        var digest = new byte[64];
        twin.doFinal(digest, 0);
        return digest;
    }

    private static byte[] blake3Twin(byte[] bytes) {
        var twin = new Blake3Digest(256);
        twin.update(bytes, 0, bytes.length);
        var digest = new byte[32];
        twin.doFinal(digest, 0);
        return digest;
    }

    private static byte[] random(int count, long seed) {
        var bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] unhex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
