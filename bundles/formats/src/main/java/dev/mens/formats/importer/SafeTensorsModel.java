package dev.mens.formats.importer;

import dev.mens.formats.FormatProblem;
import dev.mens.formats.convert.FileTensor;
import dev.mens.formats.convert.TensorSource;
import dev.mens.formats.safetensors.Header;
import dev.mens.formats.safetensors.HeaderReader;
import dev.mens.formats.safetensors.ShardIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// SafeTensors as the source of a conversion.
final class SafeTensorsModel {
    private SafeTensorsModel() {}

    static OpenModel open(FoundSource found) throws IOException {
        var channels = new OpenFiles();
        try {
            var tensors = new LinkedHashMap<String, TensorSource>();
            var metadata = new LinkedHashMap<String, String>();
            for (var file : files(found)) {
                var name = file.getFileName().toString();
                var channel = channels.open(file);
                var header = HeaderReader.read(channel, name);
                for (var entry : header.entries()) {
                    var tensor =
                            new FileTensor(
                                    entry.dtype(),
                                    entry.shape(),
                                    channel,
                                    header.dataStart() + entry.begin());
                    if (tensors.put(entry.name(), tensor) != null) {
                        throw FormatProblem.TENSOR_TWICE.with(entry.name(), name, "another shard");
                    }
                }
                header.metadata()
                        .forEach(
                                (key, value) -> {
                                    if (!key.startsWith(Header.TAG_PREFIX)) {
                                        metadata.putIfAbsent(key, value);
                                    }
                                });
            }
            return channels.keepFor(
                    new OpenModel(tensors, metadata, Map.of(), List.of(), channels));
        } finally {
            channels.closeUnlessKept();
        }
    }

    private static List<Path> files(FoundSource found) throws IOException {
        if (found.kind() == FoundSource.Kind.SAFETENSORS) {
            return List.of(found.file());
        }
        return ShardIndex.read(found.file()).shards().stream()
                .map(found.file()::resolveSibling)
                .toList();
    }
}
