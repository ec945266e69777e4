package dev.mens.dispatch;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class TurnsTest {
    @Test
    @Timeout(10)
    void one_that_waits_behind_another_goes_when_that_one_takes_its_turn() throws Exception {
        var turns = new Turns(2, new Signal());
        var first = turns.ask();
        var second = turns.ask();
        var waiting = new AtomicReference<Thread>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var gone =
                    threads.submit(
                            () -> {
                                waiting.set(Thread.currentThread());
                                second.await(() -> false);
                                return second.now();
                            });
            while (waiting.get() == null || waiting.get().getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            first.now();
            assertTrue(gone.get(5, TimeUnit.SECONDS));
        }
    }
}
