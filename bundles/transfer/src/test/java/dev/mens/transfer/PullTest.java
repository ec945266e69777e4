package dev.mens.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.content.ContentId;
import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.PeerId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PullTest {
    private static final int MIB = 1 << 20;
    private static final PeerId A = Swarm.peer(1);
    private static final PeerId B = Swarm.peer(2);
    private static final PeerId C = Swarm.peer(3);

    @TempDir Path folder;

    @Test
    void a_bundle_comes_whole_whatever_its_files_sizes() throws Exception {
        var swarm = new Swarm(folder, 5 * MIB + 17, 1, 0, 2 * MIB);
        swarm.hold(A);
        swarm.pull(B).run();
        assertTrue(swarm.isWhole(B));
        assertEquals(swarm.signed.manifest().bytes(), swarm.sent(A));
    }

    @Test
    void several_holders_send_at_once_and_no_piece_twice() throws Exception {
        var swarm = new Swarm(folder, 16 * MIB);
        swarm.hold(A);
        swarm.hold(C);
        swarm.pull(B).run();
        assertTrue(swarm.isWhole(B));
        assertEquals(16L * MIB, swarm.sent(A) + swarm.sent(C));
        assertTrue(swarm.sent(A) > 0 && swarm.sent(C) > 0, "both sent");
    }

    @Test
    void what_an_interrupted_pull_verified_is_not_fetched_again() throws Exception {
        var swarm = new Swarm(folder, 8 * MIB, 3 * MIB);
        swarm.hold(A);
        var left = Files.createDirectories(swarm.staging(B));
        Files.write(
                left.resolve("part-0"),
                java.util.Arrays.copyOf(
                        Files.readAllBytes(swarm.origin.resolve("part-0")), 5 * MIB + 100));
        swarm.pull(B).run();
        assertTrue(swarm.isWhole(B));
        assertEquals(6L * MIB, swarm.received(B));
    }

    @Test
    void what_an_interrupted_pull_left_damaged_is_fetched_again() throws Exception {
        var swarm = new Swarm(folder, 4 * MIB);
        swarm.hold(A);
        Files.createDirectories(swarm.staging(B));
        var left = swarm.staging(B).resolve("part-0");
        Files.copy(swarm.origin.resolve("part-0"), left);
        Swarm.damage(left, 3 * MIB + 5);
        swarm.pull(B).run();
        assertTrue(swarm.isWhole(B));
        assertEquals(MIB, swarm.received(B));
    }

    @Test
    void a_corrupt_chunk_is_refused_fetched_elsewhere_and_its_sender_named() throws Exception {
        var swarm = new Swarm(folder, 8 * MIB);
        var damaged = swarm.copy(A);
        for (int chunk = 0; chunk < 8; chunk++) {
            Swarm.damage(damaged.resolve("part-0"), chunk * MIB);
        }
        swarm.hold(A, damaged);
        var sound = swarm.copy(C);
        swarm.whenBlamed = () -> swarm.hold(C, sound);
        swarm.pull(B).run();
        assertTrue(swarm.isWhole(B));
        assertEquals(1, swarm.blamed.size());
        assertTrue(swarm.blamed.getFirst().startsWith(A.abbreviated()), swarm.blamed.toString());
    }

    @Test
    void pulling_goes_on_when_a_holder_is_lost() throws Exception {
        var swarm = new Swarm(folder, 24 * MIB);
        swarm.hold(A);
        swarm.hold(C);
        var pull = swarm.pull(B);
        try (var _ =
                pull.follow(
                        _ -> {
                            swarm.sources.remove(A);
                            swarm.links.cut(A);
                        })) {
            pull.run();
        }
        assertTrue(swarm.isWhole(B));
    }

    @Test
    void four_that_pull_at_once_cost_the_origin_about_one_copy() throws Exception {
        var swarm = new Swarm(folder, 64 * MIB);
        swarm.hold(A);
        var pulls = new ArrayList<Callable<Boolean>>();
        for (int i = 0; i < 4; i++) {
            var peer = Swarm.peer(10 + i);
            var pull = swarm.pull(peer);
            pulls.add(
                    () -> {
                        pull.run();
                        return swarm.isWhole(peer);
                    });
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var whole : threads.invokeAll(pulls)) {
                assertTrue(whole.get());
            }
        }
        double copies = swarm.sent(A) / (64.0 * MIB);
        assertTrue(copies <= 1.3, copies + " copies");
    }

    @Test
    void a_piece_goes_to_one_puller_while_that_one_gets_on() {
        var handouts = new Handouts();
        var bundle = new ContentId(new byte[ContentId.BYTES]);
        try (var first = handouts.enter(B, bundle);
                var again = handouts.enter(B, bundle);
                var second = handouts.enter(C, bundle)) {
            assertTrue(first.mayHave(7));
            assertFalse(second.mayHave(7));
            assertTrue(second.mayHave(8));
            assertTrue(again.mayHave(7), "the same peer after a restart");
        }
        try (var later = handouts.enter(C, bundle)) {
            assertTrue(later.mayHave(7), "all had left");
        }
    }

    @Test
    void without_any_holder_the_pull_ends_and_says_who_was_tried() throws Exception {
        var swarm = new Swarm(folder, 2 * MIB);
        var damaged = swarm.copy(A);
        Swarm.damage(damaged.resolve("part-0"), 0);
        Swarm.damage(damaged.resolve("part-0"), MIB);
        swarm.hold(A, damaged);
        var pull = swarm.pull(B);
        var ended = assertThrows(ProblemException.class, pull::run);
        assertEquals(TransferProblem.NO_HOLDER, ended.problem());
        assertTrue(ended.getMessage().contains(A.abbreviated() + " sent a corrupt chunk"));
    }

    @Test
    void a_manifest_whose_whole_is_not_its_chunks_is_refused() throws Exception {
        var swarm = new Swarm(folder, 2 * MIB);
        swarm.hold(A);
        var liar = swarm.lying();
        liar.hold(A, swarm.origin);
        var ended = assertThrows(ProblemException.class, liar.pull(B)::run);
        assertEquals(TransferProblem.WRONG_WHOLE, ended.problem());
    }

    @Test
    void a_disk_that_fails_ends_the_pull_and_is_named() throws Exception {
        var swarm = new Swarm(folder, 4 * MIB);
        swarm.hold(A);
        // Nothing can be written to what is a folder.
        Files.createDirectories(swarm.staging(B).resolve("part-0"));
        var ended = assertThrows(ProblemException.class, swarm.pull(B)::run);
        assertEquals(TransferProblem.DISK_FAILED, ended.problem());
        assertTrue(ended.getMessage().contains(swarm.staging(B).toString()), ended.getMessage());
    }

    @Test
    void shares_are_disjoint_complete_and_about_even() {
        var peers = List.of(A, B, C);
        var counts = new int[3];
        for (int piece = 0; piece < 3000; piece++) {
            int owners = 0;
            for (int i = 0; i < 3; i++) {
                if (new Shares(peers.get(i), peers).mine(piece)) {
                    owners++;
                    counts[i]++;
                }
            }
            assertEquals(1, owners);
        }
        for (int count : counts) {
            assertTrue(count > 800 && count < 1200, count + " of 3000");
        }
    }
}
