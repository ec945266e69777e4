package dev.mens.itests.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.ThrowingConsumer;

/// What the manifest of each built bundle may say.
final class BundleRulesTest {
    /// Libraries that exactly one bundle may import, so that they stay replaceable.
    private static final Map<String, String> CONFINED =
            Map.of(
                    "org.bouncycastle", "crypto",
                    "org.jgroups", "cluster",
                    "org.infinispan", "cluster",
                    "jcuda", "backend.cuda");

    private final Repository repository = new Repository();

    @TestFactory
    Stream<DynamicTest> only_api_bundles_export_and_only_our_packages() {
        return eachBundle(
                bundle -> {
                    var exports = packages(manifest(bundle), "Export-Package");
                    var name = name(bundle);
                    if (name.endsWith(".api")) {
                        assertFalse(exports.isEmpty(), "a contract must export");
                        assertTrue(
                                exports.stream().allMatch(BundleRulesTest::isOurs),
                                exports::toString);
                    } else if (name.startsWith("lib.")) {
                        assertTrue(
                                exports.stream().noneMatch(BundleRulesTest::isOurs),
                                exports::toString);
                    } else {
                        assertEquals(List.of(), exports, "a provider exports nothing");
                    }
                });
    }

    @TestFactory
    Stream<DynamicTest> a_lib_bundle_holds_no_code_of_ours() {
        return eachBundle(
                bundle -> {
                    if (name(bundle).startsWith("lib.")) {
                        assertFalse(Files.exists(bundle.resolve("src/main/java")));
                        try (var jar = repository.jar(bundle)) {
                            assertTrue(
                                    jar.stream()
                                            .noneMatch(e -> e.getName().startsWith("dev/mens/")));
                        }
                    }
                });
    }

    @TestFactory
    Stream<DynamicTest> a_contract_imports_only_contracts_and_has_no_components() {
        return eachBundle(
                bundle -> {
                    if (name(bundle).endsWith(".api")) {
                        var imports = packages(manifest(bundle), "Import-Package");
                        assertTrue(
                                imports.stream().allMatch(BundleRulesTest::isOurs),
                                imports::toString);
                        assertNull(manifest(bundle).getValue("Service-Component"));
                    }
                });
    }

    @TestFactory
    Stream<DynamicTest> no_bundle_has_an_activator() {
        return eachBundle(bundle -> assertNull(manifest(bundle).getValue("Bundle-Activator")));
    }

    @TestFactory
    Stream<DynamicTest> confined_libraries_stay_in_their_bundle() {
        return eachBundle(
                bundle -> {
                    if (name(bundle).startsWith("lib.")) {
                        // It holds libraries, which may need each other.
                        return;
                    }
                    for (var imported : packages(manifest(bundle), "Import-Package")) {
                        CONFINED.forEach(
                                (library, home) ->
                                        assertTrue(
                                                !imported.startsWith(library)
                                                        || name(bundle).equals(home),
                                                () -> imported + " belongs to " + home));
                    }
                });
    }

    @TestFactory
    Stream<DynamicTest> a_bundle_is_named_by_its_folder() {
        return eachBundle(
                bundle ->
                        assertEquals(
                                "dev.mens." + name(bundle),
                                manifest(bundle).getValue("Bundle-SymbolicName")));
    }

    private Stream<DynamicTest> eachBundle(ThrowingConsumer<Path> rule) {
        return repository.bundles().stream()
                .map(bundle -> dynamicTest(name(bundle), () -> rule.accept(bundle)));
    }

    private Attributes manifest(Path bundle) throws IOException {
        try (var jar = repository.jar(bundle)) {
            return jar.getManifest().getMainAttributes();
        }
    }

    /// Package names of a header, without attributes and directives.
    private static List<String> packages(Attributes manifest, String header) {
        var value = manifest.getValue(header);
        if (value == null) {
            return List.of();
        }
        // Commas inside quotes separate versions and packages of a "uses" directive, not clauses.
        return Arrays.stream(value.replaceAll("\"[^\"]*\"", "").split(","))
                .map(clause -> clause.split(";")[0].strip())
                .toList();
    }

    private static boolean isOurs(String packageName) {
        return packageName.startsWith("dev.mens.");
    }

    private static String name(Path bundle) {
        return bundle.getFileName().toString();
    }
}
