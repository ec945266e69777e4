package dev.mens.formats.importer;

import dev.mens.formats.FormatProblem;
import dev.mens.formats.convert.TensorSource;
import dev.mens.formats.pickle.CheckpointTensors;
import dev.mens.formats.safetensors.ShardIndex;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// PyTorch checkpoints as the source of a conversion.
final class PyTorchModel {
    private PyTorchModel() {}

    static OpenModel open(FoundSource found) throws IOException {
        var files = new OpenFiles();
        try {
            var arena = Arena.ofShared();
            files.add(arena::close);
            var tensors = new LinkedHashMap<String, TensorSource>();
            for (var file : shards(found)) {
                var name = file.getFileName().toString();
                for (var tensor : CheckpointTensors.of(files.open(file), name, arena).entrySet()) {
                    if (tensors.put(tensor.getKey(), tensor.getValue()) != null) {
                        throw FormatProblem.TENSOR_TWICE.with(
                                tensor.getKey(), name, "another shard");
                    }
                }
            }
            return files.keepFor(new OpenModel(tensors, Map.of(), Map.of(), List.of(), files));
        } finally {
            files.closeUnlessKept();
        }
    }

    private static List<Path> shards(FoundSource found) throws IOException {
        if (found.kind() == FoundSource.Kind.PYTORCH) {
            return List.of(found.file());
        }
        return ShardIndex.read(found.file()).shards().stream()
                .map(found.file()::resolveSibling)
                .toList();
    }
}
