package dev.mens.backend.cpu.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PanelMemoryTest {
    private static final long BYTES = 2 * PanelIndex.PIECE + 100;

    @TempDir Path folder;
    private PanelShelf shelf;
    private int made;

    @BeforeEach
    void openShelf() {
        shelf = new PanelShelf(folder.resolve("bundles"));
    }

    @Test
    void what_was_made_once_is_found_at_the_next_start() throws Exception {
        start("a", "l1");
        assertEquals(2, made);
        start("a", "l1");
        assertEquals(2, made);
    }

    @Test
    void another_bundle_or_another_layout_is_made_anew() throws Exception {
        start("a", "l1");
        start("b", "l1");
        start("a", "l2");
        assertEquals(6, made);
        start("b", "l1");
        assertEquals(6, made);
    }

    @Test
    void a_bundle_keeps_one_layout_as_a_node_needs_one() throws Exception {
        start("a", "l1");
        Files.writeString(shelf.root().resolve("a/.draft-7"), "of a writer that was killed");
        start("a", "l2");
        try (var files = Files.list(shelf.root().resolve("a"))) {
            assertEquals(
                    List.of("l2.index", "l2.panels"),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void a_flipped_bit_anywhere_is_noticed_and_healed() throws Exception {
        start("a", "l1");
        var data = shelf.root().resolve("a/l1.panels");
        for (long at : List.of(0L, BYTES - 1, BYTES + PanelIndex.PIECE)) {
            flip(data, at);
            int before = made;
            start("a", "l1");
            assertEquals(before + 1, made, "bit at " + at);
            start("a", "l1");
            assertEquals(before + 1, made, "healed after " + at);
        }
    }

    @Test
    void a_torn_file_is_not_believed() throws Exception {
        start("a", "l1");
        try (var file =
                FileChannel.open(shelf.root().resolve("a/l1.panels"), StandardOpenOption.WRITE)) {
            file.truncate(BYTES + 5);
        }
        start("a", "l1");
        assertEquals(3, made);
        start("a", "l1");
        assertEquals(3, made);
    }

    @Test
    void a_damaged_index_is_not_believed() throws Exception {
        for (long at = 0; at < 200; at += 7) {
            start("a", "l1");
            flip(shelf.root().resolve("a/l1.index"), at);
            int before = made;
            start("a", "l1");
            assertEquals(before + 2, made, "byte " + at);
        }
    }

    @Test
    void closing_while_panels_are_written_leaves_nothing_half_done() throws Exception {
        for (int turn = 0; turn < 20; turn++) {
            var memory = shelf.memory("a" + turn, "l1");
            fill(memory);
            memory.keep();
            memory.close();
        }
        try (var files = Files.walk(folder)) {
            assertTrue(files.noneMatch(file -> file.getFileName().toString().startsWith(".draft")));
        }
        made = 0;
        for (int turn = 0; turn < 20; turn++) {
            start("a" + turn, "l1");
        }
        assertTrue(made % 2 == 0, "all of a bundle or nothing");
    }

    @Test
    void the_longest_unused_make_room() throws Exception {
        start("old", "l1");
        start("new", "l1");
        Files.setLastModifiedTime(shelf.root().resolve("old"), FileTime.from(Instant.EPOCH));
        long free = Files.getFileStore(folder).getUsableSpace();
        assertTrue(shelf.makeRoom(free / 5));
        assertTrue(Files.exists(shelf.root().resolve("old")));
        assertFalse(shelf.makeRoom(free));
        assertFalse(Files.exists(shelf.root().resolve("old")));
    }

    @Test
    void forgetful_memory_leaves_nothing() throws Exception {
        try (var memory = PanelMemory.forgetful()) {
            fill(memory);
            memory.keep();
        }
        try (var files = Files.list(folder)) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void weights_lie_side_by_side_on_cache_lines_and_are_copied_whole() {
        try (var memory = PanelMemory.forgetful()) {
            var weights = MemorySegment.ofArray(bytes(4));
            var first = memory.copy(weights);
            var second = memory.copy(weights);
            var large = memory.of("large", 65L << 20, _ -> {});
            assertEquals(-1, first.mismatch(weights));
            assertEquals(-1, second.mismatch(weights));
            assertEquals(first.address() + ((BYTES + 63) & -64), second.address());
            assertEquals(65L << 20, large.byteSize());
            assertEquals(0, large.address() % 64);
        }
    }

    /// What a program does with its weights, until they are on disk.
    private void start(String content, String layout) throws Exception {
        try (var memory = shelf.memory(content, layout)) {
            fill(memory);
            memory.keep();
            memory.awaitKept();
        }
    }

    private void fill(PanelMemory memory) {
        check(memory.of("first", BYTES, random(1)), 1);
        check(memory.of("second", BYTES, random(2)), 2);
    }

    private Consumer<MemorySegment> random(long seed) {
        return panels -> {
            made++;
            panels.copyFrom(MemorySegment.ofArray(bytes(seed)));
        };
    }

    private static void check(MemorySegment panels, long seed) {
        assertEquals(-1, panels.mismatch(MemorySegment.ofArray(bytes(seed))));
    }

    private static byte[] bytes(long seed) {
        var bytes = new byte[(int) BYTES];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static void flip(Path file, long at) throws IOException {
        var bytes = Files.readAllBytes(file);
        bytes[(int) Math.min(at, bytes.length - 1)] ^= 1;
        Files.write(file, bytes);
    }
}
