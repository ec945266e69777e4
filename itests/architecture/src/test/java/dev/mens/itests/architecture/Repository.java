package dev.mens.itests.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/// The checkout under test: its bundles, sources and built jars.
final class Repository {
    private static final Set<String> NOT_OURS = Set.of(".git", "target", ".idea", ".vscode");

    private final Path root = findRoot();

    Path root() {
        return root;
    }

    /// Folders of `bundles/` that are Maven modules, by name.
    List<Path> bundles() {
        try (var folders = Files.list(root.resolve("bundles"))) {
            return folders.filter(folder -> Files.exists(folder.resolve("pom.xml")))
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// The jar that Maven built for a bundle; the caller closes it.
    JarFile jar(Path bundle) {
        try {
            return new JarFile(jarPath(bundle).toFile());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    Path jarPath(Path bundle) {
        try (var files = Files.list(bundle.resolve("target"))) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .filter(file -> !file.toString().endsWith("-sources.jar"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("not built: " + bundle));
        } catch (IOException unreadable) {
            throw new AssertionError("run ./mvnw verify on the whole reactor first", unreadable);
        }
    }

    /// Production sources of everything, bundles and distribution alike.
    List<Path> mainSources() {
        return files(
                file ->
                        file.toString().endsWith(".java")
                                && file.toString().contains("/src/main/java/"));
    }

    /// Files of the checkout without build output.
    List<Path> files(Predicate<Path> wanted) {
        return walk(root).filter(wanted).sorted().toList();
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Stream<Path> walk(Path folder) {
        try (var children = Files.list(folder)) {
            return children.toList().stream()
                    .filter(child -> !NOT_OURS.contains(child.getFileName().toString()))
                    .flatMap(child -> Files.isDirectory(child) ? walk(child) : Stream.of(child));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Path findRoot() {
        var folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("bnd.bnd")) || !Files.exists(folder.resolve("mvnw"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new AssertionError("not inside a checkout");
            }
        }
        return folder;
    }
}
