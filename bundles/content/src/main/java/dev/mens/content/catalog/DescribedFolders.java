package dev.mens.content.catalog;

import dev.mens.model.Model;
import dev.mens.model.ModelFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Remembers what folders hold until their files change, because every request resolves its model
/// and headers of large models have megabytes. Thread-safe.
final class DescribedFolders {
    private static final int MAX_REMEMBERED = 64;
    private static final List<String> WATCHED =
            List.of(
                    "config.json",
                    "tokenizer.json",
                    "model.safetensors",
                    "model.safetensors.index.json");

    private final FolderFacts facts;
    private final Map<Path, Described> remembered =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Path, Described> eldest) {
                    return size() > MAX_REMEMBERED;
                }
            };

    DescribedFolders(FolderFacts facts) {
        this.facts = facts;
    }

    Model describe(String name, Path folder) throws IOException {
        var real = folder.toRealPath();
        var stamps = stamps(real);
        Described known;
        synchronized (remembered) {
            known = remembered.get(real);
        }
        if (known == null || !known.stamps().equals(stamps)) {
            known = new Described(stamps, facts.read(real));
            synchronized (remembered) {
                remembered.put(real, known);
            }
        }
        return new Model(name, real.toString(), real, known.facts());
    }

    private static List<Stamp> stamps(Path folder) throws IOException {
        var stamps = new ArrayList<Stamp>();
        for (var name : WATCHED) {
            var file = folder.resolve(name);
            if (Files.exists(file)) {
                stamps.add(new Stamp(name, Files.size(file), Files.getLastModifiedTime(file)));
            }
        }
        return stamps;
    }

    private record Described(List<Stamp> stamps, ModelFacts facts) {}

    private record Stamp(String name, long bytes, FileTime changed) {}
}
