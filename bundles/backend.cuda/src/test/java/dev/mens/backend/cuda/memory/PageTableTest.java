package dev.mens.backend.cuda.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mens.diagnostics.ProblemException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PageTableTest {
    private final PageTable table = new PageTable(3, 4);

    @Test
    void only_changed_rows_are_told_and_only_once() {
        assertEquals(List.of(0), changes());
        int row = table.take();
        table.set(row, 0, 7);
        assertEquals(List.of(row), changes());
        assertEquals(List.of(), changes());
    }

    @Test
    void a_row_given_back_names_only_the_page_of_nobody() {
        int row = table.take();
        table.set(row, 1, 7);
        table.give(row);
        assertArrayEquals(new int[4], table.row(row));
        assertEquals(row, table.take());
    }

    @Test
    void more_sequences_than_rows_are_refused() {
        table.take();
        table.take();
        var full = assertThrows(ProblemException.class, table::take);
        assertEquals("vox/cuda/too-many", full.problem().id());
    }

    @Test
    void a_device_that_forgot_all_is_told_all() {
        changes();
        table.changeAll();
        assertEquals(List.of(0, 1, 2), changes());
    }

    private List<Integer> changes() {
        var rows = new ArrayList<Integer>();
        table.changes(rows::add);
        return rows;
    }
}
