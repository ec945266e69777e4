package dev.mens.oplog.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.helpers.MessageFormatter;

final class ComplaintsTest {
    private final List<String> lines = new ArrayList<>();
    private final AtomicLong clock = new AtomicLong();
    private final Complaints complaints = new Complaints(logger(), clock::get);

    @Test
    void a_flood_of_faults_is_a_few_lines_and_a_number() {
        IntStream.range(0, 1000).forEach(i -> complaints.about("noise", "noise " + i));
        complaints.about("forgeries", "forged");
        assertEquals(
                List.of("noise 0", "noise 1", "noise 2", "noise 3", "noise 4", "forged"), lines);
        clock.addAndGet(Complaints.PERIOD_NANOS);
        complaints.about("noise", "again");
        assertEquals(List.of("noise: 995 more", "again"), lines.subList(6, 8));
    }

    @Test
    void words_of_strangers_stay_on_one_line_and_steer_no_terminal() {
        complaints.about("noise", "a\n\u001b[31mb" + "x".repeat(1000));
        assertEquals(500, lines.getFirst().length());
        assertEquals("a  [31mbx", lines.getFirst().substring(0, 9));
    }

    private Logger logger() {
        return (Logger)
                Proxy.newProxyInstance(
                        ComplaintsTest.class.getClassLoader(),
                        new Class<?>[] {Logger.class},
                        (_, _, arguments) -> {
                            var format = (String) arguments[0];
                            var words =
                                    arguments[1] instanceof Object[] several
                                            ? several
                                            : java.util.Arrays.copyOfRange(
                                                    arguments, 1, arguments.length);
                            return lines.add(
                                    MessageFormatter.arrayFormat(format, words).getMessage());
                        });
    }
}
