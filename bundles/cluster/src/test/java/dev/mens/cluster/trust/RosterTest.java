package dev.mens.cluster.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.cluster.TestIdentity;
import dev.mens.crypto.hashes.Hashes;
import dev.mens.crypto.identity.Ed25519Verifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RosterTest {
    private final Hashes hashes = new Hashes();
    private final MeshSecret secret = new MeshSecret(new byte[32], hashes);
    private final TestIdentity founder = new TestIdentity();
    private final TestIdentity first = new TestIdentity();
    private final TestIdentity second = new TestIdentity();
    private final TestIdentity stranger = new TestIdentity();

    @TempDir Path folder;

    @Test
    void a_node_admits_itself_and_whom_it_decided_on() throws IOException {
        var roster = roster(founder, "a");
        assertTrue(roster.admits(founder.publicKey()));
        assertFalse(roster.admits(first.publicKey()));
        roster.decide(first.publicKey(), "first", true);
        assertTrue(roster.admits(first.publicKey()));
        assertTrue(roster(founder, "a").admits(first.publicKey()));
    }

    @Test
    void a_chain_convinces_whoever_knows_its_beginning_in_any_order() throws IOException {
        var chain = new ArrayList<Admission>();
        chain.add(roster(founder, "a").decide(first.publicKey(), "first", true));
        chain.add(roster(first, "b").decide(second.publicKey(), "second", true));
        Collections.reverse(chain);
        var roster = roster(founder, "c");
        assertEquals(2, roster.offer(chain).size());
        assertTrue(roster.admits(second.publicKey()));
    }

    @Test
    void the_word_of_a_stranger_counts_for_nothing() throws IOException {
        var word = roster(stranger, "s").decide(second.publicKey(), "second", true);
        var roster = roster(founder, "a");
        assertEquals(List.of(), roster.offer(List.of(word)));
        assertFalse(roster.admits(second.publicKey()));
    }

    @Test
    void a_word_that_was_altered_counts_for_nothing() throws IOException {
        var roster = roster(founder, "a");
        roster.decide(first.publicKey(), "first", true);
        var word = roster(first, "b").decide(second.publicKey(), "second", true);
        var altered =
                new Admission(
                        stranger.publicKey(),
                        word.name(),
                        true,
                        word.sequence(),
                        word.by(),
                        word.signature());
        assertEquals(List.of(), roster.offer(List.of(altered)));
    }

    @Test
    void a_word_of_another_mesh_counts_for_nothing() throws IOException {
        var other = new byte[32];
        other[0] = 1;
        var word =
                Admission.sign(
                        second.publicKey(), "x", true, 9, first, new MeshSecret(other, hashes));
        var roster = roster(founder, "a");
        roster.decide(first.publicKey(), "first", true);
        assertEquals(List.of(), roster.offer(List.of(word)));
    }

    @Test
    void whoever_was_shut_out_stays_out_though_the_admission_comes_again() throws IOException {
        var roster = roster(founder, "a");
        var admitted = roster.decide(first.publicKey(), "first", true);
        roster.decide(first.publicKey(), "first", false);
        assertEquals(List.of(), roster.offer(List.of(admitted)));
        assertFalse(roster.admits(first.publicKey()));
    }

    @Test
    void nobody_admits_itself() throws IOException {
        var word = Admission.sign(stranger.publicKey(), "me", true, 1, stranger, secret);
        var roster = roster(founder, "a");
        assertEquals(List.of(), roster.offer(List.of(word)));
    }

    private Roster roster(TestIdentity self, String name) throws IOException {
        return new Roster(folder.resolve(name), secret, self, new Ed25519Verifier(), hashes);
    }
}
