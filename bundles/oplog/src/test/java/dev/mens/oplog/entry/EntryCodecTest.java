package dev.mens.oplog.entry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.crypto.hashes.Hashes;
import dev.mens.diagnostics.ProblemException;
import dev.mens.oplog.EntryId;
import dev.mens.oplog.Op;
import dev.mens.oplog.OpEntry;
import dev.mens.oplog.OpLogProblem;
import dev.mens.oplog.log.Ops;
import dev.mens.storage.Cbor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class EntryCodecTest {
    private static final Instant AT = Instant.ofEpochMilli(1_800_000_000_123L);

    private final Hashes hashes = new Hashes();

    @Test
    void every_kind_is_read_as_it_was_written() {
        for (var op : Ops.all()) {
            var body = encode(op);
            var entry = EntryCodec.decode(raw(body), hashes);
            assertEquals(op, entry.op());
            assertEquals(new EntryId(hashes.blake3(body)), entry.id());
            assertEquals(AT, entry.at());
            assertEquals(List.of(Ops.entry(1), Ops.entry(2)), entry.parents());
        }
    }

    @Test
    void entries_have_the_bytes_that_they_always_had() throws IOException {
        var golden = Files.readString(Path.of("src/test/resources/entries.hex")).lines().toList();
        var now = Ops.all().stream().map(op -> HexFormat.of().formatHex(encode(op))).toList();
        assertEquals(golden, now);
    }

    @Test
    void an_entry_from_a_future_version_is_refused_with_both_versions() {
        var body = changed("v", 7L);
        body = Cbor.encode(with(body, "tomorrow", List.of()));
        assertRefused(OpLogProblem.FUTURE_VERSION, body);
        var future = body;
        var problem =
                assertThrows(ProblemException.class, () -> EntryCodec.decode(raw(future), hashes));
        assertEquals("an entry has version 7, this node knows versions up to 1", problem.facts());
    }

    @Test
    void unknown_kinds_fields_and_values_are_refused() {
        assertRefused(OpLogProblem.MALFORMED, changed("kind", "rumour"));
        assertRefused(OpLogProblem.MALFORMED, changed("seq", "1"));
        assertRefused(OpLogProblem.MALFORMED, changed("author", new byte[31]));
        assertRefused(OpLogProblem.MALFORMED, changed("parents", List.of()));
        assertRefused(OpLogProblem.MALFORMED, changed("op", Map.of()));
        assertRefused(OpLogProblem.MALFORMED, changed("more", 1L));
        assertRefused(OpLogProblem.MALFORMED, changed("v", 0L));
        assertRefused(OpLogProblem.MALFORMED, new byte[OpEntry.MAX_BYTES + 1]);
    }

    @Property(tries = 500)
    void arbitrary_bytes_are_refused_or_canonical(@ForAll @Size(max = 300) byte[] bytes) {
        refusedOrCanonical(bytes);
    }

    @Property(tries = 3000)
    void an_entry_with_a_changed_byte_is_refused_or_canonical(
            @ForAll @IntRange(max = 13) int which, @ForAll int at, @ForAll byte value) {
        var bytes = encode(Ops.all().get(which));
        bytes[Math.floorMod(at, bytes.length)] = value;
        refusedOrCanonical(bytes);
    }

    private void refusedOrCanonical(byte[] bytes) {
        OpEntry entry;
        try {
            entry = EntryCodec.decode(raw(bytes), hashes);
        } catch (ProblemException refused) {
            assertTrue(refused.problem() instanceof OpLogProblem);
            return;
        }
        assertArrayEquals(
                bytes,
                EntryCodec.encode(
                        entry.author(), entry.sequence(), entry.at(), entry.parents(), entry.op()));
    }

    private void assertRefused(OpLogProblem problem, byte[] body) {
        var refused =
                assertThrows(ProblemException.class, () -> EntryCodec.decode(raw(body), hashes));
        assertEquals(problem, refused.problem());
    }

    private static byte[] changed(String field, Object value) {
        return Cbor.encode(with(encode(Ops.kudos(1)), field, value));
    }

    private static Map<String, Object> with(byte[] body, String field, Object value) {
        var map = new HashMap<String, Object>();
        ((Map<?, ?>) Cbor.decode(body, OpLogProblem.MALFORMED))
                .forEach((key, old) -> map.put((String) key, old));
        map.put(field, value);
        return map;
    }

    private static byte[] encode(Op op) {
        var parents = List.of(Ops.entry(1), Ops.entry(2));
        return EntryCodec.encode(Ops.key(9), 3, AT, parents, op);
    }

    private static RawEntry raw(byte[] body) {
        return new RawEntry(Arrays.copyOf(body, body.length), new byte[64]);
    }
}
