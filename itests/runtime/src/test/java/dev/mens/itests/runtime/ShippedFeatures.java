package dev.mens.itests.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.TreeSet;
import tools.jackson.databind.ObjectMapper;

/// The bundle lists of a built distribution, read as the launcher reads them: every file of
/// `features/` is installed, but the bundles of `backends.json` are laid into the deploy folder.
final class ShippedFeatures {
    private static final String SEEDS = "backends.json";

    private final Path distribution;

    ShippedFeatures(Path distribution) {
        this.distribution = distribution;
    }

    List<Path> installed() throws IOException {
        SequencedSet<Path> jars = new LinkedHashSet<>();
        for (var feature : features()) {
            if (!feature.endsWith(SEEDS)) {
                jars.addAll(jars(feature));
            }
        }
        return List.copyOf(jars);
    }

    List<Path> seeds() throws IOException {
        return jars(distribution.resolve("features").resolve(SEEDS));
    }

    private SequencedSet<Path> features() throws IOException {
        var sorted = new TreeSet<Path>();
        try (var files = Files.newDirectoryStream(distribution.resolve("features"), "*.json")) {
            files.forEach(sorted::add);
        }
        return sorted;
    }

    private List<Path> jars(Path feature) {
        return new ObjectMapper()
                .readTree(feature.toFile())
                .path("bundles")
                .valueStream()
                .map(bundle -> jar(bundle.path("id").asString()))
                .toList();
    }

    /// `group:artifact:version`, in a Maven repository's layout.
    private Path jar(String id) {
        var parts = id.split(":");
        return distribution
                .resolve("repository")
                .resolve(parts[0].replace('.', '/'))
                .resolve(parts[1])
                .resolve(parts[2])
                .resolve(parts[1] + "-" + parts[2] + ".jar");
    }
}
