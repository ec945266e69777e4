package dev.mens.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
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

    @Test
    void near_names_are_found_and_far_ones_are_not() {
        var names = List.of("predict", "chat", "explain");
        assertEquals(" (did you mean predict?)", NearNames.hint("prdict", names));
        assertEquals("", NearNames.hint("zebra", names));
        assertEquals(3, NearNames.distance("kitten", "sitting"));
    }
}
