package dev.mens.diagnostics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearNamesTest {
    private static final List<String> NAMES = List.of("predict", "chat", "explain", "tinytales");

    @Test
    void near_names_are_found_and_far_ones_are_not() {
        assertEquals(" (did you mean predict?)", NearNames.hint("prdict", NAMES));
        assertEquals("", NearNames.hint("zebra", NAMES));
        assertEquals(3, NearNames.distance("kitten", "sitting"));
    }

    @Test
    void a_part_of_a_name_and_another_case_will_do() {
        assertEquals(" (did you mean tinytales?)", NearNames.hint("tales", NAMES));
        assertEquals(" (did you mean chat?)", NearNames.hint("CHAT", NAMES));
    }

    @Test
    void what_nobody_types_is_compared_with_nothing() {
        assertEquals("", NearNames.hint("predict".repeat(1000), NAMES));
    }
}
