package dev.mens.tokenizer.regex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.diagnostics.ProblemException;
import dev.mens.tokenizer.text.TokenizerProblem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RegexTest {
    private static List<String> matches(String pattern, String text) {
        var found = new ArrayList<String>();
        Regex.compile(pattern)
                .scan(
                        text,
                        (start, end, match) -> {
                            if (match) {
                                found.add(text.substring(start, end));
                            }
                        });
        return found;
    }

    private static List<String> javaMatches(String pattern, String text) {
        var matcher = Pattern.compile(pattern, Pattern.UNICODE_CHARACTER_CLASS).matcher(text);
        var found = new ArrayList<String>();
        int last = -1;
        while (matcher.find()) {
            if (matcher.end() > matcher.start() || matcher.start() != last) {
                found.add(matcher.group());
            }
            last = matcher.end();
        }
        return found;
    }

    @Provide
    Arbitrary<String> patterns() {
        var atoms =
                Arbitraries.of(
                        "a",
                        "b",
                        ".",
                        "[ab]",
                        "[^a]",
                        "\\s",
                        "\\S",
                        "(?:ab)",
                        "(?:a|ab)",
                        "\\b",
                        "(?=b)",
                        "(?!a)",
                        "(?<=a)",
                        "(?<!b)",
                        "(?>a*)",
                        "(?:)",
                        "(?:a*b)",
                        "\\p{L}",
                        "(?:a*)",
                        "(?:b|)");
        var quantifiers =
                Arbitraries.of("", "", "*", "+", "?", "*?", "+?", "??", "*+", "{2}", "{1,2}");
        var parts =
                net.jqwik.api.Combinators.combine(atoms, quantifiers)
                        .as((atom, quantifier) -> isEmptyWidth(atom) ? atom : atom + quantifier);
        var branch = parts.list().ofMinSize(1).ofMaxSize(5).map(list -> String.join("", list));
        return branch.list().ofMinSize(1).ofMaxSize(3).map(list -> String.join("|", list));
    }

    private static boolean isEmptyWidth(String atom) {
        return "\\b (?=b) (?!a) (?<=a) (?<!b) (?:) (?:a*) (?:b|)".contains(atom);
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings()
                .withChars('a', 'b', ' ', '\n', 'é')
                .ofMinLength(1)
                .ofMaxLength(12);
    }

    @Property(tries = 3000)
    void a_pattern_matches_what_back_tracking_would(
            @ForAll("patterns") String pattern, @ForAll("texts") String text) {
        assertEquals(javaMatches(pattern, text), matches(pattern, text), pattern);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a+)+b",
                "(a|a)*b",
                "(a|aa)+$b",
                "(.*)*x",
                "a*a*a*a*a*b",
                "(?:a?){50}b",
                "(?=.*b)a",
                "(?>a+)b",
                "a++b",
                "a+(?!a)b",
                "(?:a+|b)*?c",
                "\\s+$|a",
                "(?:(?:(?:a*)*)*)*b",
                "[^b]*b|a",
                "(?<=a)a*b|a",
                "a{1,100}b"
            })
    void hard_patterns_take_bounded_time(String pattern) {
        var text = "a".repeat(200_000);
        assertTimeoutPreemptively(
                Duration.ofSeconds(30),
                () -> {
                    try {
                        assertTrue(matches(pattern, text).size() <= text.length());
                    } catch (ProblemException e) {
                        assertEquals(TokenizerProblem.REGEX_TOO_SLOW, e.problem());
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"(a+)+b", "(a|a)*b", "a*a*a*a*a*b", "[^b]*b|a", "\\s*\\n|a"})
    void the_usual_traps_do_not_even_exhaust_the_budget(String pattern) {
        var text = "a".repeat(1_000_000);
        int expected = pattern.endsWith("|a") ? text.length() : 0;
        assertEquals(expected, matches(pattern, text).size());
    }

    @Test
    void oniguruma_is_not_java() {
        assertEquals(List.of("a2", "b"), matches("\\w+", "a2 b"));
        assertEquals(List.of("½"), matches("\\w+", "½"));
        assertEquals(List.of(), matches("[\\w]+", "½"));
        assertEquals(List.of("F0"), matches("\\h+", "xF0"));
        assertEquals(List.of("aa"), matches("(?:a{2})?b|a{2}?", "aa").subList(0, 1));
        assertEquals(List.of("ſ", "S"), matches("(?i:s)", "ſS"));
        assertEquals(List.of("+"), matches("[[:punct:]]", "+"));
        assertEquals(List.of(), matches("\\p{Punct}", "+"));
        assertEquals(List.of("a", "b"), matches("^.", "a\nb"));
        assertEquals(List.of("a{"), matches("a**{", "a{"));
        assertEquals(List.of(":", "x"), matches("[[:]x]", "a:x"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(",
                ")",
                "[a",
                "*a",
                "\\p{Nope}",
                "[b-a]",
                "(?<n",
                "\\x{110000}",
                "\\",
                "(?P<x>a)",
                "[[:nope:]]",
                "\\u12",
                "(?#",
                "a{1001}"
            })
    void a_wrong_pattern_is_a_problem(String pattern) {
        var e = assertThrows(ProblemException.class, () -> Regex.compile(pattern));
        assertTrue(e.problem().id().startsWith("vox/tokenizer/"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"(a)\\1", "\\X", "(?<=a+)b", "\\k<n>", "(?~a)"})
    void what_we_cannot_do_in_linear_time_is_refused(String pattern) {
        var e = assertThrows(ProblemException.class, () -> Regex.compile(pattern));
        assertEquals(TokenizerProblem.UNSUPPORTED, e.problem());
    }

    @Test
    void a_pattern_that_unfolds_beyond_bounds_is_refused() {
        var e =
                assertThrows(
                        ProblemException.class, () -> Regex.compile("(?:(?:a{1000}){1000}){1000}"));
        assertEquals(TokenizerProblem.TOO_LARGE, e.problem());
    }

    @Property
    void any_string_compiles_or_is_a_problem(@ForAll String pattern) {
        try {
            matches(pattern, "abc 123");
        } catch (ProblemException e) {
            assertTrue(e.problem().id().startsWith("vox/tokenizer/"), e.getMessage());
        }
    }
}
