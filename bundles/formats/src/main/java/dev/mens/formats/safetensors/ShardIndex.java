package dev.mens.formats.safetensors;

import dev.mens.formats.FormatProblem;
import dev.mens.formats.PlainNames;
import dev.mens.formats.StrictJson;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// `model.safetensors.index.json` (or PyTorch's twin of it): which shard holds which tensor.
///
/// @param shardOf tensor name to file name; file names are plain names inside the index's folder
public record ShardIndex(Path file, Map<String, String> shardOf) {
    private static final long MAX_BYTES = 100_000_000;

    /// Plain file names only: a shard must not reach outside its folder. Links inside the folder
    /// are fine, hub caches consist of them.
    ///
    /// @throws dev.mens.diagnostics.ProblemException vox/format/… if it is no sound index
    public static ShardIndex read(Path file) throws IOException {
        var name = file.getFileName().toString();
        if (Files.size(file) > MAX_BYTES) {
            throw FormatProblem.BAD_INDEX.with(name, "it has more than " + MAX_BYTES + " bytes");
        }
        try (var stream = new BufferedInputStream(Files.newInputStream(file))) {
            var index = StrictJson.read(stream, name, json -> parse(json, file, name));
            index.shards().forEach(index::requirePlain);
            return index;
        }
    }

    /// Shard names, sorted, each once.
    public List<String> shards() {
        return shardOf.values().stream().distinct().sorted().toList();
    }

    private static ShardIndex parse(JsonParser json, Path file, String name) {
        Map<String, String> shardOf = null;
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw FormatProblem.BAD_INDEX.with(name, "it is no JSON object");
        }
        while (json.nextToken() != JsonToken.END_OBJECT) {
            var key = json.currentName();
            json.nextToken();
            if (key.equals("weight_map")) {
                shardOf = weightMap(json, name);
            } else {
                json.skipChildren();
            }
        }
        if (shardOf == null || shardOf.isEmpty()) {
            throw FormatProblem.BAD_INDEX.with(name, "it has no weight_map");
        }
        return new ShardIndex(file, shardOf);
    }

    private static Map<String, String> weightMap(JsonParser json, String name) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw FormatProblem.BAD_INDEX.with(name, "weight_map is no object");
        }
        var shardOf = new LinkedHashMap<String, String>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            var tensor = json.currentName();
            if (json.nextToken() != JsonToken.VALUE_STRING) {
                throw FormatProblem.BAD_INDEX.with(name, tensor + " has no file name");
            }
            if (shardOf.size() == HeaderReader.MAX_TENSORS) {
                throw FormatProblem.TOO_MANY_TENSORS.with(name, HeaderReader.MAX_TENSORS);
            }
            shardOf.put(tensor, json.getString());
        }
        return shardOf;
    }

    private void requirePlain(String shard) {
        if (!PlainNames.isPlain(shard)) {
            throw FormatProblem.SHARD_OUTSIDE.with(file.getFileName(), shard);
        }
        if (!Files.isRegularFile(file.resolveSibling(shard))) {
            throw FormatProblem.MISSING_SHARD.with(file.getFileName(), shard);
        }
    }
}
