package dev.mens.itests.mesh;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Predicate;

/// Waits for conditions, with a deadline and without guessing how long anything takes.
final class Await {
    /// For what a busy machine may delay; conditions with a promised time name their own.
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private Await() {}

    /// Asks again and again until an answer is good.
    ///
    /// @throws AssertionError with the last answer, after the deadline
    static <T> T until(Duration within, Callable<T> question, Predicate<T> good) throws Exception {
        long deadline = System.nanoTime() + within.toNanos();
        while (true) {
            var answer = question.call();
            if (good.test(answer)) {
                return answer;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("after " + within + " it is still " + answer);
            }
        }
    }
}
