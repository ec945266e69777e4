package dev.mens.oplog.ledger;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.crypto.hashes.Hashes;
import dev.mens.oplog.EntryId;
import dev.mens.oplog.Ledger;
import dev.mens.oplog.Op;
import dev.mens.oplog.OpEntry;
import dev.mens.oplog.log.Ops;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class StandardProjectionsTest {
    private static final int AUTHORS = 4;

    @Property(tries = 100)
    void the_state_does_not_depend_on_the_order_in_which_authors_are_heard(@ForAll long seed) {
        var random = new Random(seed);
        var chains = new ArrayList<List<OpEntry>>();
        for (int author = 0; author < AUTHORS; author++) {
            chains.add(chain(author, random));
        }
        var one = projected(merged(chains, random));
        var other = projected(merged(chains, random));
        var restored = new StandardProjections(new Hashes());
        for (int i = 0; i < one.all().size(); i++) {
            var snapshot = one.all().get(i).snapshot();
            assertArrayEquals(snapshot, other.all().get(i).snapshot());
            restored.all().get(i).restore(snapshot);
            assertArrayEquals(snapshot, restored.all().get(i).snapshot());
        }
    }

    @Test
    void a_bundle_is_where_its_node_last_said_that_it_is() {
        var known =
                projected(
                        entries(
                                1,
                                new Op.BundleImported(Ops.content(1), "a", "gguf", 1),
                                new Op.BundleAvailable(Ops.content(2), true),
                                new Op.BundleAvailable(Ops.content(1), false)));
        assertEquals(Map.of(Ops.content(2), Set.of(Ops.key(1))), known.holders().all());
    }

    @Test
    void thanks_for_one_work_count_once_for_each_author() {
        var entries = new ArrayList<>(entries(1, Ops.kudos(1), Ops.kudos(1), Ops.kudos(2)));
        entries.addAll(entries(2, Ops.kudos(1)));
        var sums = projected(entries).thanks().all().get(Ops.key(1));
        assertEquals(Map.of(Op.Kudos.Primitive.BUG_FIX, 3L), sums);
    }

    @Test
    void reputation_moves_a_tenth_of_the_way_with_each_outcome() {
        var blame = new Op.Blame(Ops.key(1), Op.Blame.Fault.WRONG_RESULT, "");
        var entries = new ArrayList<>(entries(2, Ops.kudos(1), Ops.kudos(2)));
        entries.addAll(entries(3, blame));
        // Nobody rates itself.
        entries.addAll(entries(1, Ops.kudos(3)));
        var known = projected(entries).reputations();
        assertEquals((0.595 + 0.45) / 2, known.of(Ops.key(1)), 1e-12);
        assertEquals(0.5, known.of(Ops.key(9)));
    }

    @Test
    void only_the_latest_admissions_are_remembered() {
        var ops = new Op[Ledger.ADMISSIONS + 5];
        for (int i = 0; i < ops.length; i++) {
            ops[i] = new Op.Admission(Ops.key(2), "w" + i, Op.Admission.Decision.ADMITTED, "", "");
        }
        var latest = projected(entries(1, ops)).admissions().latestFirst();
        assertEquals(Ledger.ADMISSIONS, latest.size());
        assertEquals("w" + (ops.length - 1), latest.getFirst().admission().work());
    }

    @Test
    void a_long_loss_curve_is_thinned_out_evenly() {
        var ops = new ArrayList<Op>();
        for (int step = 0; step < 3 * Ledger.LOSSES; step++) {
            ops.add(
                    new Op.ReducedGradient(
                            Ops.SESSION, step, List.of(), Ops.content(1), 1.0 / (step + 1)));
        }
        ops.add(new Op.TrainingCheckpoint(Ops.SESSION, 7, Ops.content(1), Ops.content(2)));
        var training =
                projected(entries(1, ops.toArray(Op[]::new)))
                        .trainings()
                        .of(Ops.SESSION)
                        .orElseThrow();
        assertEquals(3 * Ledger.LOSSES / 4, training.losses().size());
        assertTrue(training.losses().containsKey(8L));
        assertFalse(training.losses().containsKey(9L));
        assertEquals(7, training.checkpoint().orElseThrow().step());
    }

    private static List<OpEntry> chain(int author, Random random) {
        var ops = new ArrayList<Op>();
        for (int i = 0; i < 30; i++) {
            ops.add(
                    switch (random.nextInt(6)) {
                        case 4 -> new Op.PeerJoined(Ops.key(random.nextInt(3)), "", "");
                        case 5 -> new Op.PeerLeft(Ops.key(random.nextInt(3)), "");
                        case 0 -> Ops.kudos(random.nextInt(10));
                        case 1 ->
                                new Op.Blame(
                                        Ops.key(random.nextInt(3)),
                                        Op.Blame.Fault.CORRUPT_CHUNK,
                                        "");
                        case 2 ->
                                new Op.ReducedGradient(
                                        Ops.SESSION,
                                        random.nextInt(20),
                                        List.of(),
                                        Ops.content(1),
                                        random.nextDouble());
                        default -> Ops.all().get(random.nextInt(Ops.all().size()));
                    });
        }
        return entries(author, ops.toArray(Op[]::new));
    }

    private static List<OpEntry> entries(int author, Op... ops) {
        var entries = new ArrayList<OpEntry>();
        for (var op : ops) {
            int number = entries.size();
            var id = ByteBuffer.allocate(EntryId.BYTES).putInt(author).putInt(number).array();
            entries.add(
                    new OpEntry(
                            new EntryId(id),
                            Ops.key(author),
                            number,
                            Instant.ofEpochMilli(number),
                            number == 0 ? List.of() : List.of(entries.getLast().id()),
                            op,
                            new byte[64]));
        }
        return entries;
    }

    private static List<OpEntry> merged(List<List<OpEntry>> chains, Random random) {
        var left = new ArrayList<Deque<OpEntry>>();
        chains.forEach(chain -> left.add(new ArrayDeque<>(chain)));
        var merged = new ArrayList<OpEntry>();
        while (!left.isEmpty()) {
            var chain = left.get(random.nextInt(left.size()));
            merged.add(chain.removeFirst());
            left.removeIf(Deque::isEmpty);
        }
        return merged;
    }

    private static StandardProjections projected(List<OpEntry> entries) {
        var projections = new StandardProjections(new Hashes());
        for (var projection : projections.all()) {
            entries.forEach(projection::apply);
        }
        return projections;
    }
}
