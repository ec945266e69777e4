package dev.mens.oplog.gossip;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Meshes of different sizes in one process. Time goes in turns: in each, whoever has news tells
/// them once.
final class GossipSimulationTest {
    private static final int TURNS = 40;

    private final AtomicLong clock = new AtomicLong();

    private record Member(MemoryReplica replica, Gossip gossip) {}

    /// @param meetings that a peer begins in a turn, on average
    /// @param flushes messages that a peer sends in a turn, on average
    /// @param settling turns from the last news until all have them
    private record Load(double meetings, double flushes, int settling) {}

    @Test
    @SuppressWarnings("SystemOut")
    void the_work_of_a_peer_does_not_grow_with_the_mesh() throws Exception {
        var small = load(10);
        var large = load(100);
        System.out.println("gossip of a peer: among 10 " + small + ", among 100 " + large);
        assertTrue(large.meetings() <= 1.2 * small.meetings(), small + " and " + large);
        assertTrue(large.flushes() <= 1.2 * small.flushes(), small + " and " + large);
        assertTrue(large.settling() <= 12, large.toString());
    }

    @Test
    void a_mesh_without_news_is_silent() throws Exception {
        var network = new Network();
        var members = mesh(network, 20);
        settle(members);
        for (var member : members) {
            assertTrue(!member.gossip().hasNews());
        }
    }

    /// One entry a turn, somewhere in the mesh.
    private Load load(int peers) throws InterruptedException {
        var network = new Network();
        var members = mesh(network, peers);
        var random = new Random(peers);
        for (int turn = 0; turn < TURNS; turn++) {
            members.get(random.nextInt(peers)).replica().append();
            turn(members);
        }
        double each = (double) TURNS * peers;
        double meetings =
                members.stream().mapToInt(one -> one.replica().asked()).sum() / 2.0 / each;
        double flushes = network.flushes.sum() / each;
        int settling = settle(members);
        // Whom no news reached meets somebody after a while.
        for (var member : members) {
            member.gossip().turn();
        }
        settling += settle(members);
        for (var member : members) {
            assertArrayEquals(members.getFirst().replica().digest(), member.replica().digest());
        }
        return new Load(meetings, flushes, settling);
    }

    private int settle(List<Member> members) throws InterruptedException {
        int turns = 0;
        while (members.stream().anyMatch(member -> member.gossip().hasNews())) {
            turn(members);
            turns++;
        }
        return turns;
    }

    private void turn(List<Member> members) throws InterruptedException {
        var telling = members.stream().filter(one -> one.gossip().hasNews()).toList();
        for (var member : telling) {
            member.gossip().turn();
        }
        clock.addAndGet(Pace.USUAL.rest().toNanos());
    }

    private List<Member> mesh(Network network, int peers) {
        var members = new ArrayList<Member>();
        for (int i = 0; i < peers; i++) {
            var station = network.join(MemoryReplica.key(i));
            var replica = new MemoryReplica(station.key);
            var gossip =
                    new Gossip(replica, station, station, Pace.USUAL, new Random(i), clock::get);
            station.serve(gossip);
            members.add(new Member(replica, gossip));
        }
        return members;
    }
}
