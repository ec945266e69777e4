package dev.mens.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.mesh.PeerId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Which piece is asked of whom, without any connection.
@Timeout(60)
class PullPlanTest {
    private static final PeerId SELF = Swarm.peer(9);
    private static final PeerId A = Swarm.peer(1);
    private static final PeerId B = Swarm.peer(2);
    private static final PeerId C = Swarm.peer(3);

    @Test
    void the_piece_that_fewest_have_goes_first() throws InterruptedException {
        var plan = new PullPlan(SELF, 5, new BitSet());
        plan.join(A, false, pieces(0, 1, 2, 3, 4));
        plan.join(B, false, pieces(0, 1, 3));
        plan.join(C, false, pieces(0, 3, 4));
        // Copies of 0 to 4: three, two, one, three, two.
        assertEquals(List.of(2, 1, 4, 0, 3), all(plan, A));
    }

    @Test
    void what_a_peer_gets_or_loses_changes_what_is_rare() throws InterruptedException {
        var plan = new PullPlan(SELF, 3, new BitSet());
        plan.join(A, false, pieces(0, 1, 2));
        plan.join(B, false, pieces(0, 1));
        plan.join(C, false, pieces(0));
        plan.peerHas(B, 2);
        plan.peerHas(C, 2);
        // Now 0 and 2 have three copies, 1 has two.
        assertEquals(OptionalInt.of(1), plan.take(A));
        plan.leave(B);
        plan.leave(A);
        plan.join(A, false, pieces(0, 1, 2));
        assertEquals(OptionalInt.of(1), plan.take(A), "asked of A before it left: free again");
        assertTrue(plan.came(A, 1));
        assertFalse(plan.came(B, 1), "it is here");
        assertEquals(OptionalInt.of(0), plan.take(A));
        assertEquals(OptionalInt.of(2), plan.take(C));
    }

    @Test
    void a_piece_that_another_puller_has_is_asked_of_that_one() throws InterruptedException {
        var plan = new PullPlan(SELF, 2, new BitSet());
        plan.join(A, true, pieces(0, 1));
        plan.join(B, false, pieces(0));
        assertEquals(OptionalInt.of(1), plan.take(A));
        assertEquals(OptionalInt.of(0), plan.take(B));
    }

    private static BitSet pieces(int... numbers) {
        var set = new BitSet();
        for (int number : numbers) {
            set.set(number);
        }
        return set;
    }

    /// Everything that a plan asks of a peer which has all, in that order.
    private static List<Integer> all(PullPlan plan, PeerId peer) throws InterruptedException {
        var asked = new ArrayList<Integer>();
        for (int i = 0; i < 5; i++) {
            int piece = plan.take(peer).orElseThrow();
            asked.add(piece);
            plan.came(peer, piece);
        }
        return asked;
    }
}
