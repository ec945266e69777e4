package dev.mens.tokenizer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Finds the goldens, wherever the tests run from.
final class Goldens {
    private static final Path ROOT = root();

    private Goldens() {}

    private static Path root() {
        var folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve("itests/golden/data"))) {
            folder = folder.getParent();
        }
        return folder;
    }

    /// Folders with a tokenizer and a golden.json, of one kind of golden.
    static List<Path> folders(String kind) {
        var data =
                System.getProperty("mens.golden") == null
                        ? ROOT.resolve("itests/golden/data")
                        : Path.of(System.getProperty("mens.golden"));
        try (var all = Files.list(data.resolve(kind))) {
            return all.filter(folder -> Files.exists(folder.resolve("golden.json")))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path folder(String kind, String name) {
        return ROOT.resolve("itests/golden/data").resolve(kind).resolve(name);
    }

    static Path tinytales() {
        return ROOT.resolve("distribution/src/main/models/tinytales");
    }

    static JsonNode golden(Path folder) {
        return JsonMapper.shared().readTree(folder.resolve("golden.json").toFile());
    }

    static int[] ids(JsonNode list) {
        int[] ids = new int[list.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = list.get(i).asInt();
        }
        return ids;
    }
}
