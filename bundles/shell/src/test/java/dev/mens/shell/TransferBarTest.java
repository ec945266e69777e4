package dev.mens.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mens.mesh.ModelSharing.Progress;
import dev.mens.mesh.ModelSharing.Rate;
import dev.mens.mesh.PeerId;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
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

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final AtomicLong nanos = new AtomicLong();

    private TransferBar bar(boolean watched) {
        var err = new PrintStream(printed, true, StandardCharsets.UTF_8);
        return new TransferBar(err, watched, nanos::get);
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void a_pull_shows_how_fast_each_peer_sends() {
        var a = new PeerId("a".repeat(64));
        var b = new PeerId("b".repeat(64));
        var names = Map.of(a, "attic", b, "barn");
        var rates = List.of(new Rate(a, 3 << 20), new Rate(b, 512));
        try (var bar = bar(true)) {
            bar.report("pull", 0, 100, TransferBar.rates(pulled(List.of()), names::get));
            nanos.set(1_000_000_000);
            bar.report("pull", 50, 100, TransferBar.rates(pulled(rates), names::get));
        }
        assertEquals(
                "\r\033[Kpull [############------------] 50 B of 100 B, 50 B/s, 1 s left;"
                        + " attic 3.0 MiB/s, barn 512 B/s\r\033[K",
                printed());
        assertEquals("; waiting for peers", TransferBar.rates(pulled(List.of()), names::get));
        var checking = new Progress("check", 1, 2, List.of());
        assertEquals("", TransferBar.rates(checking, names::get));
    }

    private static Progress pulled(List<Rate> rates) {
        return new Progress("pull", 0, 100, rates);
    }

    @Test
    void nothing_is_shown_to_nobody_and_of_what_is_soon_over() {
        try (var unseen = bar(false);
                var quick = bar(true)) {
            unseen.report("pull", 0, 100);
            quick.report("pull", 0, 100);
            nanos.set(100_000_000);
            quick.report("pull", 100, 100);
            nanos.set(1_000_000_000);
            unseen.report("pull", 50, 100);
        }
        assertEquals("", printed());
    }
}
