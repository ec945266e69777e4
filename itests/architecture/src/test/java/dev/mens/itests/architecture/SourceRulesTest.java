package dev.mens.itests.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What our sources may contain.
final class SourceRulesTest {
    private final Repository repository = new Repository();

    @Test
    void types_are_named_by_what_distinguishes_them() {
        var vague = Pattern.compile(".*(Impl|Manager|Utils?|Helpers?)\\.java|Abstract.*\\.java");
        assertNone(file -> vague.matcher(file.getFileName().toString()).matches());
    }

    @Test
    void nothing_has_activators_trackers_or_start_levels() {
        assertNoSource("BundleActivator", "ServiceTracker", "BundleTracker", "setStartLevel");
    }

    @Test
    void off_heap_memory_has_an_owner() {
        assertNoSource("Arena\\.ofAuto\\(", "Arena\\.global\\(");
    }

    @Test
    void nothing_deserializes_what_could_execute() {
        assertNoSource("ObjectInputStream", "XMLDecoder", "ScriptEngine");
    }

    /// A method handle declares Throwable; code that calls C through one cannot but catch it, and
    /// says that it cannot happen.
    @Test
    void nothing_catches_throwable_but_to_say_that_it_cannot_happen() {
        assertNoSource(
                "catch \\((final )?Throwable \\w+\\) \\{\\s*+(?!throw new AssertionError\\()");
    }

    @Test
    void hashes_and_signatures_come_from_the_crypto_bundle() {
        var jca =
                Pattern.compile(
                        "java\\.security\\.(MessageDigest|Signature|KeyPairGenerator)|javax\\.crypto");
        assertNone(
                file ->
                        !file.toString().contains("/bundles/crypto/")
                                && jca.matcher(Repository.read(file)).find());
    }

    @Test
    void every_contract_package_is_exported_versioned_and_null_marked() {
        var packages =
                repository.files(
                        file ->
                                file.toString()
                                        .matches(".*/bundles/[^/]+\\.api/src/main/.*\\.java"));
        assertFalse(packages.isEmpty());
        var incomplete =
                packages.stream()
                        .map(file -> file.resolveSibling("package-info.java"))
                        .distinct()
                        .filter(
                                info ->
                                        !Repository.read(info).contains("@Export")
                                                || !Repository.read(info).contains("@Version")
                                                || !Repository.read(info).contains("@NullMarked"))
                        .toList();
        assertEquals(List.of(), incomplete);
    }

    @Test
    void there_are_no_scripts_but_launchers() {
        var scripts = Pattern.compile(".*\\.(sh|py|ps1|bat|cmd)");
        assertEquals(
                List.of(),
                repository.files(file -> scripts.matcher(file.getFileName().toString()).matches()));
    }

    private void assertNoSource(String... patterns) {
        for (var pattern : patterns) {
            var compiled = Pattern.compile(pattern);
            assertNone(file -> compiled.matcher(Repository.read(file)).find());
        }
    }

    private void assertNone(Predicate<Path> forbidden) {
        assertEquals(List.of(), repository.mainSources().stream().filter(forbidden).toList());
    }
}
