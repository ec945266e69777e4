package dev.mens.backend.cpu.team;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TeamTest {
    private static final int STEPS = 200;
    private static final int ITEMS = 37;

    @Test
    void every_item_of_every_step_is_computed_once_and_in_the_order_of_steps() throws Exception {
        try (var team = new Team(5)) {
            var job = new Counting();
            team.run(job);
            assertEquals(STEPS, job.finishedSteps());
            assertFalse(job.overlapped);
        }
    }

    @Test
    void callers_take_turns() throws Exception {
        try (var team = new Team(3);
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Integer> call =
                    () -> {
                        var job = new Counting();
                        team.run(job);
                        return job.finishedSteps();
                    };
            for (var result : callers.invokeAll(Collections.nCopies(8, call))) {
                assertEquals(STEPS, result.get());
            }
        }
    }

    @Test
    void a_failing_item_fails_the_run_and_the_team_goes_on() throws Exception {
        try (var team = new Team(4)) {
            var failing =
                    new Counting() {
                        @Override
                        public void work(int step, int worker, int from, int to) {
                            if (step == 3 && from == 0) {
                                throw new IllegalStateException("no");
                            }
                            super.work(step, worker, from, to);
                        }
                    };
            assertThrows(IllegalStateException.class, () -> team.run(failing));
            assertEquals(3, failing.finishedSteps());
            var job = new Counting();
            team.run(job);
            assertEquals(STEPS, job.finishedSteps());
        }
    }

    @Test
    void an_interrupted_caller_stops_all_workers_early() {
        try (var team = new Team(4)) {
            var job =
                    new Counting() {
                        @Override
                        public void work(int step, int worker, int from, int to) {
                            if (step == 5 && worker == 0) {
                                Thread.currentThread().interrupt();
                            }
                            super.work(step, worker, from, to);
                        }

                        @Override
                        public int chunk(int step, int workers) {
                            return 1;
                        }
                    };
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, () -> team.run(job));
            assertTrue(job.finishedSteps() < STEPS);
        }
    }

    @Test
    void a_worker_that_holds_up_the_others_is_left_out_for_a_while() throws Exception {
        try (var team = new Team(2)) {
            var job = new Slow();
            for (int run = 0; run < 200 && job.lastRunShared; run++) {
                job.lastRunShared = false;
                team.run(job);
            }
            assertFalse(job.lastRunShared);
        }
    }

    @Test
    void a_worker_computes_its_own_share_in_order_before_it_helps_others() throws Exception {
        try (var team = new Team(2)) {
            var taken = Collections.synchronizedList(new ArrayList<Integer>());
            var othersDone = new CountDownLatch(9);
            team.run(
                    new Once() {
                        @Override
                        public void work(int step, int worker, int from, int to) {
                            if (worker == 0) {
                                taken.add(from);
                                othersDone.countDown();
                            } else {
                                awaitUninterruptibly(othersDone);
                            }
                        }
                    });
            assertEquals(List.of(0, 1, 2, 3, 4), taken.subList(0, 5));
            assertEquals(taken.stream().sorted().toList(), taken);
            assertTrue(taken.size() >= 9);
        }
    }

    @Test
    void a_worker_that_waits_loads_ahead() throws Exception {
        try (var team = new Team(2)) {
            var loaded = new CountDownLatch(3);
            team.run(
                    new Once() {
                        @Override
                        public int items(int step) {
                            return 1;
                        }

                        @Override
                        public void work(int step, int worker, int from, int to) {
                            awaitUninterruptibly(loaded);
                        }

                        @Override
                        public boolean ahead(int step, int worker, int present, int turn) {
                            assertEquals(1, step);
                            assertTrue(turn <= 2, "more than there is");
                            loaded.countDown();
                            return turn < 2;
                        }
                    });
            assertEquals(0, loaded.getCount());
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException unexpected) {
            throw new AssertionError(unexpected);
        }
    }

    /// Ten items of one step, one at a time.
    private abstract static class Once implements Job {
        @Override
        public int steps() {
            return 1;
        }

        @Override
        public int items(int step) {
            return 10;
        }

        @Override
        public int chunk(int step, int workers) {
            return 1;
        }

        @Override
        public boolean alone(int step) {
            return false;
        }
    }

    /// Each worker takes an item of every step, and the second is slow.
    private static final class Slow extends Once {
        volatile boolean lastRunShared = true;

        @Override
        public int steps() {
            return 8;
        }

        @Override
        public int items(int step) {
            return 2;
        }

        @Override
        public void work(int step, int worker, int from, int to) {
            if (worker > 0) {
                lastRunShared = true;
                long until = System.nanoTime() + 2_000_000;
                while (System.nanoTime() < until) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    @Test
    void a_closed_team_leaves_no_thread() throws Exception {
        var team = new Team(6);
        team.run(new Counting());
        team.close();
        var left =
                Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().equals("mens-cpu-5"))
                        .filter(Thread::isAlive)
                        .toList();
        assertEquals(List.of(), left);
        assertThrows(IllegalStateException.class, () -> team.run(new Counting()));
    }

    private static class Counting implements Job {
        private final AtomicIntegerArray done = new AtomicIntegerArray(STEPS);
        volatile boolean overlapped;

        @Override
        public int steps() {
            return STEPS;
        }

        @Override
        public int items(int step) {
            return step % 7 == 6 ? 0 : step % 5 == 0 ? 1 : ITEMS;
        }

        @Override
        public int chunk(int step, int workers) {
            return 3;
        }

        @Override
        public boolean alone(int step) {
            return step % 5 == 0 || step % 11 == 3;
        }

        @Override
        public void work(int step, int worker, int from, int to) {
            if (step > 0 && done.get(step - 1) != items(step - 1)) {
                overlapped = true;
            }
            done.addAndGet(step, to - from);
        }

        int finishedSteps() {
            return (int) IntStream.range(0, STEPS).takeWhile(s -> done.get(s) == items(s)).count();
        }
    }
}
