package dev.mens.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class TransferBarTest {
    @Test
    void the_bar_shows_bytes_rate_and_time_left() {
        assertEquals(
                "hash [############------------] 1.0 GiB of 2.0 GiB, 256.0 MiB/s, 4 s left",
                TransferBar.line("hash", 1L << 30, 2L << 30, 4));
    }

    @Test
    void nothing_done_yet_and_nothing_to_do_are_shown_without_a_guess() {
        assertEquals(
                "x [------------------------] 0 B of 5 B, 0 B/s, ? left",
                TransferBar.line("x", 0, 5, 0));
        assertEquals(
                "x [########################] 0 B of 0 B, 0 B/s, ? left",
                TransferBar.line("x", 0, 0, 1));
    }
}
