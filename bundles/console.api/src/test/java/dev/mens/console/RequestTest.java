package dev.mens.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class RequestTest {

    @Property(tries = 200)
    void a_request_survives_the_wire(
            @ForAll @Size(max = 5) List<String> arguments, @ForAll int columns) throws IOException {
        Assume.that(arguments.stream().allMatch(RequestTest::isText));
        var request = new Request(arguments, "/home/é", List.of("NO_COLOR=1"), 5, columns, 24);
        assertEquals(request, Request.decode(request.encode()));
    }

    @Test
    void terminals_are_told_apart() {
        var request = new Request(List.of(), "/", List.of(), 5, 0, 0);
        assertTrue(request.inputIsTerminal());
        assertFalse(request.outputIsTerminal());
        assertTrue(request.errorIsTerminal());
    }

    @Property(tries = 500)
    void damaged_requests_are_refused_or_read(@ForAll int at, @ForAll byte value) {
        var bytes = new Request(List.of("a", "bc"), "/x", List.of("TERM=x"), 7, 80, 24).encode();
        bytes[Math.floorMod(at, bytes.length)] = value;
        try {
            assertNotNull(Request.decode(bytes));
        } catch (IOException refused) {
            assertTrue(refused.getMessage().startsWith("HELLO"), refused::getMessage);
        }
    }

    @Test
    void a_request_that_counts_more_than_it_holds_is_refused() {
        assertThrows(IOException.class, () -> Request.decode(new byte[3]));
        assertThrows(
                IOException.class,
                () ->
                        Request.decode(
                                java.nio.ByteBuffer.allocate(28)
                                        .putInt(20, Integer.MAX_VALUE)
                                        .array()));
    }

    private static boolean isText(String text) {
        return java.nio.charset.StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }
}
