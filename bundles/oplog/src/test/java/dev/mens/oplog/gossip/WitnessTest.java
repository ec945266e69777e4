package dev.mens.oplog.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.mesh.Peer;
import dev.mens.oplog.log.LogNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WitnessTest {
    @TempDir Path folder;

    private final Network network = new Network();

    /// By id, the lowest first.
    private final List<Member> members = new ArrayList<>();

    private record Member(LogNode node, Network.Station station, Witness witness) {
        List<String> written() throws IOException {
            return node.log.read(0, 100).stream().map(one -> one.entry().op().kind()).toList();
        }
    }

    @BeforeEach
    void form() throws IOException {
        for (int i = 0; i < 3; i++) {
            var node = new LogNode(folder.resolve("node" + i));
            var station = network.join(node.trust.signer().publicKey());
            members.add(new Member(node, station, new Witness(node.log, node.log, station)));
        }
        members.sort(Comparator.comparing(member -> member.station().id));
    }

    @AfterEach
    void close() throws IOException {
        for (var member : members) {
            member.node().close();
        }
    }

    @Test
    void of_all_that_see_a_peer_come_and_go_one_writes_it_down() throws Exception {
        var peer = peer(2);
        members.get(0).witness().joined(peer);
        members.get(1).witness().joined(peer);
        assertTrue(members.get(0).node().log.isHere(peer.key()));
        members.get(2).station().leave();
        members.get(0).witness().left(peer);
        members.get(1).witness().left(peer);
        assertEquals(List.of("peer-joined", "peer-left"), members.get(0).written());
        assertEquals(List.of(), members.get(1).written());
        assertFalse(members.get(0).node().log.isHere(peer.key()));
        assertTrue(members.get(0).node().log.everJoined(peer.key()));
    }

    @Test
    void the_first_is_witnessed_by_the_second() throws Exception {
        var peer = peer(0);
        members.get(1).witness().joined(peer);
        members.get(2).witness().joined(peer);
        assertEquals(List.of("peer-joined"), members.get(1).written());
        assertEquals(List.of(), members.get(2).written());
    }

    @Test
    void what_the_log_says_already_is_not_written_again() throws Exception {
        members.get(0).witness().joined(peer(1));
        members.get(0).witness().joined(peer(1));
        assertEquals(List.of("peer-joined"), members.get(0).written());
    }

    @Test
    void who_leaves_does_not_write_that_the_others_did() throws Exception {
        var leaver = members.get(0);
        leaver.witness().joined(peer(1));
        leaver.station().leave();
        leaver.witness().left(peer(1));
        assertEquals(List.of("peer-joined"), leaver.written());
    }

    private Peer peer(int number) {
        var id = members.get(number).station().id;
        return members.getFirst().station().peers().stream()
                .filter(peer -> peer.id().equals(id))
                .findFirst()
                .orElseThrow();
    }
}
