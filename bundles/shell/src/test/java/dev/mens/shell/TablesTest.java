package dev.mens.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class TablesTest {
    record Row(String name, long memoryBytes, List<String> loadedModels) {}

    @Test
    void records_become_a_table() {
        var rows = List.of(new Row("a", 1536, List.of("x", "y")), new Row("long", 0, List.of()));
        assertEquals(
                """
                NAME  MEMORY   LOADED MODELS
                a     1.5 KiB  x, y
                long  0 B      -\
                """,
                Tables.text(rows));
    }

    @Test
    void one_record_becomes_lines() {
        assertEquals(
                """
                name           a
                memory         1.0 MiB
                loaded models  -\
                """,
                Tables.text(new Row("a", 1 << 20, List.of())));
    }

    @Test
    void words_of_strangers_steer_no_terminal() {
        var rows = List.of(new Row("a\u001b[2J", 0, List.of("\u0007x")));
        assertEquals(
                """
                NAME   MEMORY  LOADED MODELS
                a [2J  0 B      x\
                """,
                Tables.text(rows));
    }

    record Found(List<Row> rows, String nothing, Map<String, Integer> counts, int exitCode)
            implements Outcome {}

    @Test
    void what_is_empty_is_said_to_be_and_an_outcome_is_no_fact() {
        assertEquals("none", Tables.text(List.of()));
        assertEquals(
                """
                rows     -
                nothing  -
                counts   a 1, b 2\
                """,
                Tables.text(new Found(List.of(), "", new TreeMap<>(Map.of("b", 2, "a", 1)), 3)));
    }
}
