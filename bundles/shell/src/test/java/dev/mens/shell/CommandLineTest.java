package dev.mens.shell;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.diagnostics.ProblemException;
import java.util.Arrays;
import java.util.List;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class CommandLineTest {

    /// A command with one of each.
    public static final class Sample {
        @Descriptor("does it")
        public void run(
                @Parameter(
                                names = {"-n", "--number"},
                                absentValue = "")
                        @Nullable Integer number,
                @Parameter(names = "--ratio", absentValue = "0.5") Double ratio,
                @Parameter(names = "--flag", presentValue = "true", absentValue = "false")
                        boolean flag,
                @Parameter(names = "--stop", absentValue = "") List<String> stop,
                @Descriptor("FIRST what must be there") String first,
                @Descriptor("[REST] what may follow") String[] rest) {}
    }

    @Test
    void options_may_stand_anywhere_and_be_repeated() {
        var values = values("--stop", "a", "one", "-n", "7", "two", "--flag", "--stop=b");
        assertEquals(7, values[0]);
        assertEquals(0.5, values[1]);
        assertEquals(true, values[2]);
        assertEquals(List.of("a", "b"), values[3]);
        assertEquals("one", values[4]);
        assertArrayEquals(new String[] {"two"}, (String[]) values[5]);
    }

    @Test
    void what_is_absent_is_null_or_the_default() {
        var values = values("one");
        assertNull(values[0]);
        assertEquals(List.of(), values[3]);
        assertEquals(0, ((String[]) values[5]).length);
    }

    @Test
    void two_dashes_end_the_options_and_numbers_are_none() {
        assertEquals("--flag", values("--", "--flag")[4]);
        assertEquals("-5", values("-5")[4]);
        assertEquals("-", values("-")[4]);
    }

    @Test
    void an_unknown_option_names_the_near_one() {
        var problem = refused("--numbr", "3", "one");
        assertEquals("vox/shell/unknown-option", problem.problem().id());
        assertTrue(problem.facts().contains("did you mean --number?"), problem::facts);
    }

    @Test
    void bad_values_are_named() {
        assertEquals("vox/shell/bad-value", refused("-n", "many", "one").problem().id());
        assertEquals("vox/shell/bad-value", refused("-n", "", "one").problem().id());
        assertEquals("vox/shell/bad-value", refused("--ratio=x", "one").problem().id());
        assertEquals("vox/shell/bad-value", refused("--flag=yes", "one").problem().id());
        assertEquals("vox/shell/missing-value", refused("one", "-n").problem().id());
        assertEquals("vox/shell/missing-argument", refused().problem().id());
    }

    @Test
    void json_and_help_need_no_declaration() {
        var line = new CommandLine(verb(), List.of("--json", "--help"));
        assertTrue(line.wantsJson());
        assertTrue(line.wantsHelp());
    }

    private static ProblemException refused(String... words) {
        return assertThrows(ProblemException.class, () -> values(words));
    }

    @SuppressWarnings("NullAway")
    private static @Nullable Object[] values(String... words) {
        return new CommandLine(verb(), List.of(words)).values(null);
    }

    private static Verb verb() {
        var method =
                Arrays.stream(Sample.class.getMethods())
                        .filter(candidate -> candidate.getName().equals("run"))
                        .findFirst()
                        .orElseThrow();
        return Verb.of("sample run", new Sample(), method);
    }
}
