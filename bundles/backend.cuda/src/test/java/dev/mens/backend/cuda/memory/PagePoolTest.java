package dev.mens.backend.cuda.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.backend.cuda.gpu.GpuException;
import dev.mens.diagnostics.ProblemException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PagePoolTest {
    private final List<String> backed = new ArrayList<>();
    private final PagePool pool =
            new PagePool(32, 1 << 20, 8, (first, count) -> backed.add(first + "+" + count));

    @Test
    void a_page_is_sixty_four_tokens() {
        assertEquals(0, PagePool.pagesFor(0));
        assertEquals(1, PagePool.pagesFor(64));
        assertEquals(2, PagePool.pagesFor(65));
    }

    @Test
    void the_page_of_nobody_is_backed_and_never_handed_out() {
        assertEquals(List.of("0+8"), backed);
        pool.promise(31);
        var taken = new HashSet<Integer>();
        for (int i = 0; i < 31; i++) {
            taken.add(pool.take());
        }
        assertEquals(31, taken.size());
        assertTrue(taken.stream().allMatch(page -> page >= 1 && page < 32));
    }

    @Test
    void memory_comes_in_granules_when_it_is_promised() {
        pool.promise(7);
        assertEquals(List.of("0+8"), backed);
        pool.promise(1);
        assertEquals(List.of("0+8", "8+8"), backed);
        assertEquals(16, pool.backedPages());
    }

    @Test
    void what_is_not_there_is_not_promised_and_the_numbers_are_told() {
        pool.promise(30);
        var full = assertThrows(ProblemException.class, () -> pool.promise(2));
        assertEquals("vox/cuda/cache-full", full.problem().id());
        assertTrue(full.facts().contains("2.0 MiB"), full.facts());
        assertTrue(full.facts().contains("1.0 MiB of 31.0 MiB"), full.facts());
        assertEquals(30, pool.promisedPages());
    }

    @Test
    void a_released_promise_can_be_given_again_and_a_page_is_used_again() {
        pool.promise(31);
        int page = pool.take();
        pool.give(page);
        assertEquals(0, pool.usedPages());
        pool.release(31);
        pool.promise(31);
        assertEquals(page, pool.take());
        assertNotEquals(page, pool.take());
    }

    @Test
    void a_device_without_memory_leaves_the_accounts_as_they_were() {
        var poor =
                new PagePool(
                        32,
                        1 << 20,
                        8,
                        (first, count) -> {
                            if (first > 0) {
                                throw new GpuException("back", 2, "out of memory");
                            }
                        });
        assertThrows(GpuException.class, () -> poor.promise(20));
        assertEquals(0, poor.promisedPages());
        assertEquals(8, poor.backedPages());
    }

    @Test
    void a_new_life_backs_the_same_pages() {
        pool.promise(10);
        backed.clear();
        pool.backAgain();
        assertEquals(List.of("0+16"), backed);
    }
}
