package dev.mens.transformer.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

final class StopStringsTest {

    @Test
    void only_what_may_begin_a_stop_string_is_held_back() {
        var stops = new StopStrings(List.of("</s>", "END"));
        assertEquals("one ", stops.accept("one </"));
        assertEquals("</x E", stops.accept("x EE"));
        assertEquals("", stops.accept("N"));
        assertEquals("EN two", stops.accept(" two"));
        assertFalse(stops.matched());
        assertEquals("", stops.finish());
    }

    @Test
    void the_earliest_stop_string_wins() {
        var stops = new StopStrings(List.of("late", "soon"));
        assertEquals("a ", stops.accept("a soon late"));
        assertTrue(stops.matched());
        assertEquals("", stops.accept("more"));
        assertEquals("", stops.finish());
    }

    /// However the text is cut into pieces, what comes out is the text in front of the first
    /// stop string.
    @Property(tries = 500)
    void pieces_do_not_matter(
            @ForAll @CharRange(from = 'a', to = 'b') @StringLength(max = 40) String text,
            @ForAll @Size(min = 1, max = 3)
                    List<@NotEmpty @StringLength(max = 4) @CharRange(from = 'a', to = 'b') String>
                            strings,
            @ForAll @IntRange(min = 1, max = 5) int pieceLength) {
        var stops = new StopStrings(strings);
        var out = new StringBuilder();
        int read = 0;
        while (read < text.length() && !stops.matched()) {
            int to = Math.min(text.length(), read + pieceLength);
            out.append(stops.accept(text.substring(read, to)));
            read = to;
        }
        out.append(stops.finish());
        int first =
                strings.stream()
                        .mapToInt(text.substring(0, read)::indexOf)
                        .filter(at -> at >= 0)
                        .min()
                        .orElse(read);
        assertEquals(text.substring(0, first), out.toString());
    }
}
