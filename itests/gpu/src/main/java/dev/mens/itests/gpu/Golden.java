package dev.mens.itests.gpu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// A golden folder: a small model, and what HuggingFace's libraries compute with it.
record Golden(Path folder, JsonNode json) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Golden of(Path folder) {
        return new Golden(folder, read(folder.resolve("golden.json")));
    }

    static JsonNode read(Path file) {
        try {
            return JSON.readTree(Files.readAllBytes(file));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// A resource beside this class.
    static JsonNode resource(String name) {
        try (var in = Golden.class.getResourceAsStream(name)) {
            return JSON.readTree(Objects.requireNonNull(in).readAllBytes());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// Every golden below a folder, in order of their names.
    static List<Golden> below(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.endsWith("golden.json"))
                    .map(Path::getParent)
                    .filter(one -> Files.exists(one.resolve("config.json")))
                    .sorted()
                    .map(Golden::of)
                    .toList();
        }
    }

    String name() {
        return folder.getFileName().toString();
    }

    List<JsonNode> cases() {
        return IntStream.range(0, json.path("cases").size())
                .mapToObj(i -> json.path("cases").get(i))
                .toList();
    }

    /// Tokens of the longest case.
    int longest() {
        return cases().stream()
                .mapToInt(one -> one.path("ids").size() + one.path("greedy").size())
                .max()
                .orElseThrow();
    }

    /// Whether transformers' own greedy tokens depend on nothing but the prompt: with longrope they
    /// also depend on when the factors changed.
    boolean greedyIsComparable(JsonNode one) {
        var config = read(folder.resolve("config.json"));
        boolean longrope =
                config.path("rope_scaling").path("rope_type").asString("").equals("longrope");
        int original = config.path("original_max_position_embeddings").asInt(0);
        return one.has("greedy") && (!longrope || one.path("ids").size() > original);
    }

    static int[] ints(JsonNode array) {
        return Stream.iterate(0, i -> i < array.size(), i -> i + 1)
                .mapToInt(i -> array.get(i).intValue())
                .toArray();
    }

    /// `‖actual − expected‖ / ‖expected‖`
    static double relativeError(JsonNode expected, float[] actual, int from) {
        double error = 0;
        double norm = 0;
        for (int i = 0; i < expected.size(); i++) {
            double wanted = expected.get(i).doubleValue();
            error += (actual[from + i] - wanted) * (actual[from + i] - wanted);
            norm += wanted * wanted;
        }
        return Math.sqrt(error / norm);
    }
}
