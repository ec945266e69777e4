package dev.mens.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.diagnostics.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FeatureTest {
    @TempDir Path folder;

    @Test
    void bundles_and_configurations_are_read() throws IOException {
        var feature =
                read(
                        """
                        {"id": "g:a:1", "title": "caf\\u00e9",
                         "bundles": [{"id": "org.x:y:1.2", "hash": [1, -2.5e1, true, null]}],
                         "configurations": {"f~n": {"a": "b", "c": ["d", "e"], "n": 3}}}
                        """);
        var id = new Feature.MavenId("org.x", "y", "1.2");
        assertEquals(List.of(id), feature.bundles());
        assertEquals(Path.of("org/x/y/1.2/y-1.2.jar"), id.path());
        assertEquals("b", feature.configurations().get("f~n").get("a"));
        assertEquals(3L, feature.configurations().get("f~n").get("n"));
    }

    @Test
    void what_is_no_feature_is_a_bad_installation() {
        for (var text :
                new String[] {
                    "",
                    "{",
                    "[]",
                    "{\"bundles\":[{}]}",
                    "{\"bundles\":[{\"id\":\"a:b\"}]}",
                    "{} x",
                    "[".repeat(1000),
                    "{\"a\":\"\\u12\"}"
                }) {
            var problem = assertThrows(ProblemException.class, () -> read(text), text);
            assertEquals("vox/node/bad-installation", problem.problem().id());
        }
    }

    @Test
    void the_features_name_every_bundle_of_the_project_once() throws IOException {
        var named = new TreeSet<String>();
        var features = Path.of("../../features");
        try (var files = Files.newDirectoryStream(features, "*.json")) {
            for (var file : files) {
                for (var id : Feature.read(file).bundles()) {
                    assertTrue(named.add(id.artifact()), () -> id + " is named twice");
                }
            }
        }
        try (var bundles = Files.newDirectoryStream(Path.of("../../bundles"), Files::isDirectory)) {
            for (var bundle : bundles) {
                if (Files.exists(bundle.resolve("pom.xml"))) {
                    var name = "dev.mens." + bundle.getFileName();
                    assertTrue(named.contains(name), () -> name + " is in no feature");
                }
            }
        }
    }

    private Feature read(String text) throws IOException {
        return Feature.read(Files.writeString(folder.resolve("f.json"), text));
    }
}
