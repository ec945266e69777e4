package dev.mens.launcher;

import dev.mens.console.NodeProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/// An unpacked distribution: `features/` says what runs, `repository/` holds the jars.
record Installation(Path folder) {
    /// The feature whose bundles are not installed but laid into the node's deploy folder.
    private static final String SEEDS = "backends.json";

    /// Features that are installed, by name.
    List<Feature> features() {
        try (var files = Files.newDirectoryStream(folder.resolve("features"), "*.json")) {
            var sorted = new TreeSet<Path>();
            files.forEach(sorted::add);
            return sorted.stream()
                    .filter(file -> !file.endsWith(SEEDS))
                    .map(Feature::read)
                    .toList();
        } catch (IOException unreadable) {
            throw NodeProblem.BAD_INSTALLATION.because(unreadable, folder, "no features");
        }
    }

    /// The jars of launcher and client.
    List<Path> libraries() {
        try (var files = Files.newDirectoryStream(folder.resolve("lib"), "*.jar")) {
            var sorted = new TreeSet<Path>();
            files.forEach(sorted::add);
            return List.copyOf(sorted);
        } catch (IOException unreadable) {
            throw NodeProblem.BAD_INSTALLATION.because(unreadable, folder, "no lib folder");
        }
    }

    Feature seeds() {
        return Feature.read(folder.resolve("features").resolve(SEEDS));
    }

    /// @throws dev.mens.diagnostics.ProblemException vox/node/bad-installation if it is missing
    Path jar(Feature.MavenId id) {
        var jar = folder.resolve("repository").resolve(id.path());
        if (!Files.isRegularFile(jar)) {
            throw NodeProblem.BAD_INSTALLATION.with(folder, jar + " is missing");
        }
        return jar;
    }
}
