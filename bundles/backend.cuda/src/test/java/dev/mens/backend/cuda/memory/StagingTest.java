package dev.mens.backend.cuda.memory;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mens.backend.cuda.gpu.RecordedGpus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class StagingTest {
    private final RecordedGpus machine = new RecordedGpus(1L << 20);
    private final List<Integer> arrived = new ArrayList<>();

    @Test
    void pieces_arrive_whole_and_in_order_through_fewer_slots() throws Exception {
        try (var gpu = machine.open(0);
                var staging = new Staging(gpu, 3, Integer.BYTES)) {
            for (int i = 0; i < 100; i++) {
                put(staging, i);
            }
            staging.finish();
        }
        assertEquals(IntStream.range(0, 100).boxed().toList(), arrived);
    }

    @Test
    void a_piece_that_is_filled_late_is_not_overtaken() throws Exception {
        var others = new CountDownLatch(1);
        try (var gpu = machine.open(0);
                var staging = new Staging(gpu, 4, Integer.BYTES)) {
            staging.put(
                    Integer.BYTES,
                    piece -> {
                        awaitUninterrupted(others);
                        piece.set(JAVA_INT, 0, 0);
                    },
                    piece -> arrived.add(piece.get(JAVA_INT, 0)));
            put(staging, 1);
            others.countDown();
            put(staging, 2);
            staging.finish();
        }
        assertEquals(List.of(0, 1, 2), arrived);
    }

    @Test
    void what_cannot_be_read_ends_the_load() {
        try (var gpu = machine.open(0);
                var staging = new Staging(gpu, 2, Integer.BYTES)) {
            var failed =
                    assertThrows(
                            IOException.class,
                            () -> {
                                staging.put(
                                        Integer.BYTES,
                                        _ -> {
                                            throw new IllegalStateException("shorter now");
                                        },
                                        _ -> {});
                                staging.finish();
                            });
            assertEquals(
                    "the weights cannot be read: java.lang.IllegalStateException: shorter now",
                    failed.getMessage());
        }
    }

    private void put(Staging staging, int number) throws IOException, InterruptedException {
        staging.put(
                Integer.BYTES,
                piece -> piece.set(JAVA_INT, 0, number),
                piece -> arrived.add(piece.get(JAVA_INT, 0)));
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
