package dev.mens.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mens.content.ContentId;
import dev.mens.crypto.PublicKey;
import dev.mens.mesh.Peer;
import dev.mens.mesh.PeerId;
import dev.mens.oplog.Ledger;
import dev.mens.oplog.Op;
import dev.mens.oplog.Op.Kudos.Primitive;
import dev.mens.shell.MeshRows.PeerRow;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class MeshRowsTest {
    private static final PublicKey KEY = new PublicKey(new byte[PublicKey.BYTES]);
    private static final Peer PEER =
            new Peer(
                    new PeerId("0".repeat(64)),
                    "b",
                    KEY,
                    List.of(),
                    "0.1.0",
                    Instant.EPOCH,
                    Peer.State.PRESENT);

    /// One peer has earned something.
    private static final class Earned implements Ledger {
        @Override
        public Map<ContentId, Set<PublicKey>> holders() {
            return Map.of();
        }

        @Override
        public List<Decided> admissions() {
            return List.of();
        }

        @Override
        public Optional<Training> training(UUID session) {
            return Optional.empty();
        }

        @Override
        public Map<PublicKey, Map<Op.Kudos.Primitive, Long>> kudos() {
            return Map.of(KEY, Map.of(Primitive.CPU_COMPUTE_MS, 7L, Primitive.GPU_COMPUTE_MS, 3L));
        }

        @Override
        public double reputation(PublicKey peer) {
            return 0.5678;
        }
    }

    @Test
    void a_peer_is_shown_with_what_it_earned_and_its_reputation_in_hundredths() throws Exception {
        var row = PeerRow.of(PEER, Optional.of(new Earned()));
        assertEquals(List.of("gpu_compute_ms 3", "cpu_compute_ms 7"), row.kudos());
        assertEquals(Optional.of(0.57), row.reputation());
        assertEquals("present", row.state());
    }

    @Test
    void without_a_ledger_nothing_is_known_of_a_peer() throws Exception {
        var row = PeerRow.of(PEER, Optional.empty());
        assertEquals(List.of(), row.kudos());
        assertEquals(Optional.empty(), row.reputation());
    }
}
