package dev.mens.backend.cpu.team;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class PresenceTest {
    private static final long MILLISECOND = 1_000_000;

    private final Presence presence = new Presence(3);

    @Test
    void one_long_wait_changes_nothing() {
        runs(0, 20, 0.05);
        runs(200, 1, 1);
        assertEquals(3, presence.at(210 * MILLISECOND));
    }

    @Test
    void waiting_again_and_again_leaves_one_out() {
        runs(0, 4, 0.5);
        assertEquals(2, presence.at(40 * MILLISECOND));
    }

    @Test
    void the_one_left_out_is_tried_again() {
        runs(0, 4, 0.5);
        assertEquals(3, presence.at(240 * MILLISECOND));
    }

    @Test
    void one_that_is_left_out_soon_after_its_return_rests_twice_as_long() {
        runs(0, 4, 0.5);
        runs(70, 4, 0.5);
        assertEquals(2, presence.at(140 * MILLISECOND));
        assertEquals(3, presence.at(150 * MILLISECOND));
    }

    @Test
    void one_that_did_well_since_its_return_rests_shortly_again() {
        runs(0, 4, 0.5);
        runs(70, 4, 0.5);
        runs(150, 20, 0.05);
        runs(400, 4, 0.6);
        assertEquals(3, presence.at(460 * MILLISECOND));
    }

    @Test
    void one_always_stays() {
        var alone = new Presence(1);
        for (int run = 0; run < 10; run++) {
            alone.ran(run * MILLISECOND, MILLISECOND, MILLISECOND);
        }
        assertEquals(1, alone.at(0));
    }

    /// Runs of ten milliseconds.
    private void runs(int firstMillis, int count, double waiting) {
        for (int i = 0; i < count; i++) {
            long nanos = 10 * MILLISECOND;
            long now = firstMillis * MILLISECOND + i * nanos;
            presence.at(now);
            presence.ran(now + nanos, nanos, (long) (waiting * nanos));
        }
    }
}
