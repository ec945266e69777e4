package dev.mens.itests.golden;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicNode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The golden folder: `-Dmens.golden=DIR`, by default the one of this checkout.
final class Goldens {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Path CHECKOUT = checkout();
    private static final Path ROOT = root();

    private Goldens() {}

    static Path folder() {
        return ROOT;
    }

    /// The cases of one kind, each a folder with a golden.json. A kind that the folder lacks is
    /// reported as skipped.
    static Stream<DynamicNode> each(String kind, Function<Path, DynamicNode> test) {
        var cases = cases(kind);
        return cases.isEmpty() ? absent(kind) : cases.stream().map(test);
    }

    /// The default model may lie among the models, but has a golden of its own kind.
    static List<Path> cases(String kind) {
        return children(ROOT.resolve(kind), child -> isCase(child) && !child.endsWith("tinytales"));
    }

    static Stream<DynamicNode> absent(String kind) {
        return Stream.of(
                dynamicTest(
                        "no " + kind + " in " + ROOT,
                        () -> Assumptions.abort("no " + kind + " in " + ROOT)));
    }

    /// Files and folders of a folder that satisfy a condition, by name.
    static List<Path> children(Path folder, Predicate<Path> wanted) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var children = Files.list(folder)) {
            return children.filter(wanted).sorted().toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// The default model with its own golden: beside the goldens, or the checkout's.
    static Optional<Path> tinytales() {
        return Stream.of(
                        ROOT.resolve("models/tinytales"),
                        ROOT.resolveSibling("models").resolve("tinytales"),
                        CHECKOUT.resolve("distribution/src/main/models/tinytales"))
                .filter(Goldens::isCase)
                .findFirst();
    }

    static JsonNode golden(Path folder) {
        return json(folder.resolve("golden.json"));
    }

    static JsonNode json(Path file) {
        try {
            return JSON.readTree(Files.readAllBytes(file));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static int[] ints(JsonNode array) {
        return stream(array).mapToInt(JsonNode::intValue).toArray();
    }

    static List<Integer> integers(JsonNode array) {
        return stream(array).map(JsonNode::intValue).toList();
    }

    static double[] doubles(JsonNode array) {
        return stream(array).mapToDouble(JsonNode::doubleValue).toArray();
    }

    static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    /// Cases of a golden.json with their number, for names.
    static List<Numbered> numbered(JsonNode cases) {
        var numbered = new ArrayList<Numbered>();
        for (var one : cases) {
            numbered.add(new Numbered(numbered.size() + 1, one));
        }
        return numbered;
    }

    record Numbered(int number, JsonNode value) {
        @Override
        public String toString() {
            var name = value.path("name").asString("");
            return name.isEmpty() ? "case " + number : "case " + number + " " + name;
        }
    }

    /// `‖actual − expected‖ / ‖expected‖`
    static double relativeError(double[] expected, float[] actual) {
        assertTrue(
                actual.length >= expected.length,
                () -> actual.length + " values, not " + expected.length);
        double error = 0;
        double norm = 0;
        for (int i = 0; i < expected.length; i++) {
            error += (actual[i] - expected[i]) * (actual[i] - expected[i]);
            norm += expected[i] * expected[i];
        }
        return Math.sqrt(error / norm);
    }

    private static boolean isCase(Path folder) {
        return Files.isRegularFile(folder.resolve("golden.json"));
    }

    private static Path root() {
        var given = Path.of(System.getProperty("mens.golden", "itests/golden/data"));
        return CHECKOUT.resolve(given).normalize();
    }

    private static Path checkout() {
        var folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("bnd.bnd"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new AssertionError("not inside a checkout");
            }
        }
        return folder;
    }
}
