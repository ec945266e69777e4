package dev.mens.oplog.gossip;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.crypto.PublicKey;
import dev.mens.mesh.Link;
import dev.mens.mesh.LinkProtocol;
import dev.mens.oplog.EntryId;
import dev.mens.oplog.Op;
import dev.mens.oplog.entry.EntryCodec;
import dev.mens.oplog.entry.RawEntry;
import dev.mens.oplog.log.LogNode;
import dev.mens.oplog.log.Ops;
import dev.mens.oplog.log.Replica;
import dev.mens.storage.Cbor;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GossipTest {
    @TempDir Path folder;

    private final Network network = new Network();
    private final List<Member> members = new ArrayList<>();
    private final AtomicLong ahead = new AtomicLong();

    private record Member(LogNode node, Network.Station station, Gossip gossip) {}

    @AfterEach
    void close() throws IOException {
        for (var member : members) {
            member.node().close();
        }
    }

    @Test
    void two_logs_that_meet_have_the_same_entries_after_it() throws Exception {
        var a = member();
        var b = member();
        a.node().log.append(Ops.all());
        b.node().log.append(Ops.kudos(0, 20));
        a.gossip().round(1);
        assertSame(a, b);
        assertEquals(34, b.node().log.status().entries());
        assertEquals(List.of(), a.node().log.verify((_, _) -> {}).faults());
        assertEquals(List.of(), b.node().log.verify((_, _) -> {}).faults());
    }

    @Test
    void a_meeting_without_news_is_one_small_message_each_way() throws Exception {
        var a = member();
        var b = member();
        a.node().log.append(Ops.kudos(1));
        a.gossip().round(1);
        network.bytes.reset();
        b.gossip().round(1);
        assertTrue(network.bytes.sum() < 100, "bytes: " + network.bytes.sum());
    }

    @Test
    void peers_that_meet_again_need_no_new_link() throws Exception {
        var a = member();
        var b = member();
        for (int i = 0; i < 3; i++) {
            a.node().log.append(Ops.kudos(i));
            a.gossip().round(1);
            assertSame(a, b);
        }
        a.gossip().round(1);
        assertEquals(1, network.links.sum());
    }

    @Test
    void a_link_that_was_ended_or_is_old_is_replaced() throws Exception {
        var a = member();
        var b = member();
        a.gossip().round(1);
        network.cutLinks();
        a.node().log.append(Ops.kudos(1));
        a.gossip().round(1);
        assertSame(a, b);
        ahead.addAndGet(Duration.ofMinutes(2).toNanos());
        a.node().log.append(Ops.kudos(2));
        a.gossip().round(1);
        assertSame(a, b);
        assertEquals(3, network.links.sum());
    }

    @Test
    void a_few_links_are_kept_in_a_large_mesh() throws Exception {
        var a = member();
        for (int i = 0; i < 12; i++) {
            member();
        }
        a.gossip().round(12);
        assertEquals(12, network.links.sum());
        a.gossip().round(12);
        assertTrue(network.links.sum() >= 16, "links: " + network.links.sum());
    }

    @Test
    void an_entry_that_knows_of_others_names_them_as_parents() throws Exception {
        var a = member();
        var b = member();
        var told = a.node().log.append(Ops.kudos(1));
        a.gossip().round(1);
        var reply = b.node().log.append(Ops.kudos(2));
        assertEquals(List.of(told.id()), reply.parents());
    }

    @Test
    void parts_that_were_cut_off_from_each_other_converge_when_they_meet() throws Exception {
        for (int i = 0; i < 4; i++) {
            member();
        }
        members.getFirst().node().log.append(Ops.kudos(1));
        rounds(3);
        network.partition(Set.of(members.get(0).station().id, members.get(1).station().id));
        for (var member : members) {
            member.node().log.append(Ops.kudos(0, 30));
        }
        rounds(3);
        assertSame(members.get(0), members.get(1));
        assertSame(members.get(2), members.get(3));
        assertFalse(
                java.util.Arrays.equals(
                        members.get(0).node().log.digest(), members.get(2).node().log.digest()));
        network.heal();
        rounds(4);
        for (var member : members) {
            assertSame(members.getFirst(), member);
            assertEquals(List.of(), member.node().log.verify((_, _) -> {}).faults());
            assertEquals(121, member.node().log.status().entries());
        }
    }

    @Test
    void entries_of_strangers_are_refused_and_those_of_former_members_are_not() throws Exception {
        var a = member();
        var stranger = new LogNode(folder.resolve("stranger"));
        try (stranger) {
            stranger.log.append(Ops.kudos(1));
            var entry = raw(stranger);
            var outcome = take(a, entry);
            assertEquals(Map.of("vox/oplog/not-admitted", 1), outcome.refused());
            var key = stranger.trust.signer().publicKey();
            a.node().log.append(new Op.PeerJoined(key, "was here", "0.1.0"));
            assertEquals(1, takeAsGossip(a, entry).kept());
        }
    }

    @Test
    void what_a_former_member_said_comes_in_one_delivery_with_the_entry_that_it_joined()
            throws Exception {
        var a = member();
        var b = member();
        try (var former = new LogNode(folder.resolve("former"))) {
            former.log.append(Ops.kudos(1));
            var key = former.trust.signer().publicKey();
            b.node().log.append(new Op.PeerJoined(key, "was here", "0.1.0"));
            takeAsGossip(b, raw(former));
            network.links.reset();
            a.gossip().round(1);
            assertSame(a, b);
            assertEquals(1, network.links.sum());
        }
    }

    @Test
    void forged_and_altered_entries_are_refused_and_counted() throws Exception {
        var a = member();
        var b = member();
        b.node().log.append(Ops.kudos(1));
        var genuine = raw(b.node());
        var entry = b.node().log.read(0, 1).getFirst().entry();
        var altered =
                EntryCodec.encode(entry.author(), 0, entry.at(), List.of(), Ops.kudos(1_000_000));
        var forgedSignature = genuine.signature().clone();
        forgedSignature[5] ^= 1;
        assertEquals(
                Map.of("vox/oplog/bad-signature", 2),
                take(
                                a,
                                new RawEntry(altered, genuine.signature()),
                                new RawEntry(genuine.body(), forgedSignature))
                        .refused());
        var random = new byte[400];
        new Random(1).nextBytes(random);
        var future = Cbor.encode(Map.of("v", 2L, "news", "yes"));
        assertEquals(
                Map.of("vox/oplog/malformed", 1, "vox/oplog/future-version", 1),
                take(a, new RawEntry(random, new byte[64]), new RawEntry(future, new byte[64]))
                        .refused());
        assertEquals(1, take(a, genuine).kept());
        var replayed = take(a, genuine);
        assertEquals(1, replayed.known());
        assertEquals(1, a.node().log.status().entries());
        assertEquals(2, a.node().log.status().refused().get("vox/oplog/bad-signature"));
    }

    @Test
    void an_identity_that_says_two_things_at_once_is_found_out() throws Exception {
        var a = member();
        var b = member();
        b.node().log.append(Ops.kudos(1));
        take(a, raw(b.node()));
        var other = signed(b, 0, List.of(), Ops.kudos(2));
        assertEquals(Map.of("vox/oplog/forked", 1), take(a, other).refused());
    }

    @Test
    void entries_with_unknown_parents_wait_for_them_in_bounded_room() throws Exception {
        var a = member();
        var b = member();
        var entries = b.node().log.append(Ops.kudos(0, 3));
        var raws = new ArrayList<RawEntry>();
        b.node().log.missing(Map.of(), raws::add);
        assertEquals(1, take(a, raws.get(2)).waiting());
        assertEquals(1, take(a, raws.get(1)).waiting());
        assertEquals(2, a.node().log.status().waiting());
        assertEquals(3, take(a, raws.get(0)).kept());
        assertEquals(0, a.node().log.status().waiting());
        assertEquals(entries.getLast(), a.node().log.read(2, 1).getFirst().entry());
        var orphans = new ArrayList<RawEntry>();
        for (int i = 0; i < 600; i++) {
            orphans.add(signed(b, 10 + i, List.of(Ops.entry(i)), Ops.kudos(i)));
        }
        var outcome = take(a, orphans.toArray(RawEntry[]::new));
        assertEquals(512, outcome.waiting());
        assertEquals(Map.of("vox/oplog/waiting-room-full", 88), outcome.refused());
    }

    @Test
    void a_peer_that_does_not_keep_to_the_protocol_is_left_and_the_log_goes_on() throws Exception {
        var a = member();
        var b = member();
        var noise = new byte[1 << 20];
        new Random(2).nextBytes(noise);
        try (var link = b.station().open(a.station().id, "oplog/1")) {
            link.output().write(noise);
            link.output().flush();
            while (link.input().read() >= 0) {}
        } catch (IOException turnedAway) {
            // That is what is wanted.
        }
        b.node().log.append(Ops.kudos(1));
        b.gossip().round(1);
        assertSame(a, b);
    }

    @Test
    void a_peer_whose_only_delivery_is_bad_is_left_before_it_ends() throws Exception {
        var a = member();
        var b = member();
        a.node().log.append(Ops.kudos(1));
        var bad = Collections.nCopies(101, new RawEntry(new byte[40], new byte[64]));
        try (var link = b.station().open(a.station().id, "oplog/1")) {
            var wire = new Wire(link.input(), link.output());
            wire.write(new Wire.Digest(new byte[Wire.DIGEST_BYTES]));
            wire.write(new Wire.Reaches(Map.of()));
            wire.write(new Wire.Entries(bad));
            wire.write(new Wire.Done());
            wire.flush();
            assertInstanceOf(Wire.Digest.class, wire.read());
            assertInstanceOf(Wire.Reaches.class, wire.read());
            assertThrows(EOFException.class, () -> readUntilKept(wire));
        }
    }

    private static void readUntilKept(Wire wire) throws IOException {
        while (!(wire.read() instanceof Wire.Kept)) {}
    }

    @Test
    void nobody_verifies_what_strangers_signed_however_much_of_it_a_peer_sends() throws Exception {
        var a = member();
        try (var stranger = new LogNode(folder.resolve("stranger"))) {
            var key = stranger.trust.signer().publicKey();
            var unsigned = new ArrayList<RawEntry>();
            for (int i = 0; i < 300; i++) {
                var body = EntryCodec.encode(key, 0, Instant.EPOCH, List.of(), Ops.kudos(i));
                unsigned.add(new RawEntry(body, new byte[64]));
            }
            var outcome = take(a, unsigned.toArray(RawEntry[]::new));
            assertEquals(Map.of("vox/oplog/not-admitted", 300), outcome.refused());
        }
    }

    @Test
    void a_peer_that_asks_without_pause_is_turned_away() throws Exception {
        var a = member();
        var b = member();
        a.node().log.append(Ops.kudos(1));
        int answered = 0;
        for (int i = 0; i < 100; i++) {
            try (var link = b.station().open(a.station().id, "oplog/1")) {
                var wire = new Wire(link.input(), link.output());
                wire.write(new Wire.Digest(new byte[Wire.DIGEST_BYTES]));
                wire.flush();
                answered += link.input().read() >= 0 ? 1 : 0;
            } catch (IOException turnedAway) {
                // Counted as not answered.
            }
        }
        assertTrue(answered >= 1 && answered < 30, "answered " + answered);
    }

    @Test
    void a_peer_that_stalls_keeps_nobody_from_others() throws Exception {
        var patience = Duration.ofSeconds(1);
        var a = member(new Pace(2, 2, Duration.ZERO, patience, Duration.ZERO));
        var staller = member();
        var c = member();
        staller.station().serve(new Stalling());
        for (int i = 0; i < 3; i++) {
            a.node().log.append(Ops.kudos(i));
            a.gossip().round(2);
            assertSame(a, c);
        }
    }

    /// Takes a link and says nothing.
    private static final class Stalling implements LinkProtocol {
        @Override
        public String name() {
            return "oplog/1";
        }

        @Override
        public void serve(Link link) throws InterruptedException {
            new CountDownLatch(1).await();
        }
    }

    @Test
    void a_log_that_lost_its_last_entries_gets_them_back_from_others() throws Exception {
        var a = member();
        var b = member();
        var entries = a.node().log.append(Ops.kudos(0, 5));
        a.gossip().round(1);
        var raws = new ArrayList<RawEntry>();
        b.node().log.missing(Map.of(), raws::add);
        var again = new LogNode(folder.resolve("again"));
        try (again) {
            var self = a.node().trust.signer().publicKey();
            again.log.verify(raws, Map.of(), self::equals).keep();
            assertEquals(
                    entries, again.log.read(0, 9).stream().map(placed -> placed.entry()).toList());
        }
    }

    private Member member() throws IOException {
        return member(Pace.USUAL);
    }

    private Member member(Pace pace) throws IOException {
        var node = new LogNode(folder.resolve("node" + members.size()));
        var station = network.join(node.trust.signer().publicKey());
        var gossip =
                new Gossip(
                        node.log,
                        station,
                        station,
                        pace,
                        new Random(members.size()),
                        () -> System.nanoTime() + ahead.get());
        station.serve(gossip);
        var member = new Member(node, station, gossip);
        members.add(member);
        return member;
    }

    private void rounds(int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            for (var member : members) {
                member.gossip().round(1);
            }
        }
    }

    private static void assertSame(Member a, Member b) throws IOException {
        assertArrayEquals(a.node().log.digest(), b.node().log.digest());
    }

    private static RawEntry raw(LogNode node) throws IOException {
        var raws = new ArrayList<RawEntry>();
        node.log.missing(Map.of(), raws::add);
        return raws.getFirst();
    }

    private Replica.Outcome take(Member member, RawEntry... raws) throws Exception {
        var keys = members.stream().map(one -> one.station().key).toList();
        return member.node().log.verify(List.of(raws), Map.of(), keys::contains).keep();
    }

    private static Replica.Outcome takeAsGossip(Member member, RawEntry... raws) throws Exception {
        return member.node().log.verify(List.of(raws), Map.of(), key -> ever(member, key)).keep();
    }

    private static boolean ever(Member member, PublicKey key) {
        try {
            return member.node().log.everJoined(key);
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    private static RawEntry signed(Member member, long sequence, List<EntryId> parents, Op op)
            throws IOException {
        var at = Instant.ofEpochMilli(1);
        var body = EntryCodec.encode(member.station().key, sequence, at, parents, op);
        return new RawEntry(body, member.node().trust.signer().sign(body));
    }
}
