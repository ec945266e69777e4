package dev.mens.backend.cuda.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.backend.cuda.memory.LayerSplit.Range;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class LayerSplitTest {
    private static final long[] TEN_LAYERS = layers(10, 10);

    @Test
    void one_device_takes_all_if_it_can() {
        assertEquals(
                Optional.of(List.of(new Range(1, 0, 10))), ranges(TEN_LAYERS, 5, 5, 5, 50, 200));
    }

    @Test
    void two_devices_share_evenly() {
        assertEquals(
                Optional.of(List.of(new Range(0, 0, 5), new Range(1, 5, 10))),
                ranges(TEN_LAYERS, 5, 5, 5, 90, 90));
    }

    @Test
    void the_smaller_device_gets_fewer_layers() {
        var split = ranges(TEN_LAYERS, 0, 0, 0, 95, 32).orElseThrow();
        assertTrue(split.get(1).to() - split.get(1).from() <= 3, split::toString);
    }

    @Test
    void large_work_space_does_not_hide_that_two_devices_are_enough() {
        assertEquals(
                Optional.of(List.of(new Range(0, 0, 5), new Range(1, 5, 10))),
                ranges(TEN_LAYERS, 5, 5, 10_000, 10_108, 10_108));
    }

    @Test
    void nothing_is_split_that_does_not_fit_anyway() {
        assertEquals(Optional.empty(), ranges(TEN_LAYERS, 5, 5, 5, 40, 40));
    }

    @Property(tries = 300, seed = "3")
    void a_split_covers_every_layer_once_and_fits(
            @ForAll @IntRange(min = 1, max = 40) int count,
            @ForAll @Size(min = 1, max = 8) List<@LongRange(max = 500) Long> room,
            @ForAll @LongRange(max = 30) long first,
            @ForAll @LongRange(max = 30) long last) {
        var layers = layers(count, 7);
        var free = room.stream().mapToLong(Long::longValue).toArray();
        LayerSplit.of(layers, first, last, 3, free)
                .ifPresent(
                        split -> {
                            int next = 0;
                            for (var range : split.ranges()) {
                                assertEquals(next, range.from());
                                next = range.to();
                                long needs = 3 + 7L * (range.to() - range.from());
                                needs += range.from() == 0 ? first : 0;
                                needs += range.to() == count ? last : 0;
                                assertTrue(needs <= free[range.device()]);
                            }
                            assertEquals(count, next);
                        });
    }

    private static long[] layers(int count, long bytes) {
        var layers = new long[count];
        Arrays.fill(layers, bytes);
        return layers;
    }

    private static Optional<List<Range>> ranges(
            long[] layers, long first, long last, long each, long... free) {
        return LayerSplit.of(layers, first, last, each, free).map(LayerSplit::ranges);
    }
}
