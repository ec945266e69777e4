package dev.mens.formats.safetensors;

import dev.mens.compute.Tensor;
import dev.mens.formats.FormatProblem;
import dev.mens.model.WeightFiles;
import dev.mens.model.Weights;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;

/// Maps SafeTensors read-only and hands out slices of the mappings; nothing is copied.
@Component
public final class MappedWeightFiles implements WeightFiles {
    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";

    @Override
    public Weights open(Path source) throws IOException {
        var files = WeightSet.of(source);
        var arena = Arena.ofShared();
        try {
            var weights = map(source, files, arena);
            arena = null;
            return weights;
        } finally {
            if (arena != null) {
                arena.close();
            }
        }
    }

    private static Weights map(Path source, WeightSet files, Arena arena) throws IOException {
        var tensors = new LinkedHashMap<String, Tensor>();
        var owners = new LinkedHashMap<String, Path>();
        Map<String, String> metadata = null;
        for (var file : files.files()) {
            try (var channel = FileChannel.open(file)) {
                var name = file.getFileName().toString();
                var header = HeaderReader.read(channel, name);
                metadata = metadata == null ? header.metadata() : metadata;
                var mapping = channel.map(MapMode.READ_ONLY, 0, header.fileBytes(), arena);
                if (channel.size() != header.fileBytes()) {
                    throw FormatProblem.CHANGED.with(name, header.fileBytes(), channel.size());
                }
                for (var entry : header.entries()) {
                    var other = owners.putIfAbsent(entry.name(), file);
                    if (other != null) {
                        throw FormatProblem.TENSOR_TWICE.with(
                                entry.name(), other.getFileName(), name);
                    }
                    tensors.put(entry.name(), tensor(entry, header, mapping));
                }
            }
        }
        files.requireComplete(owners);
        return new MappedWeights(source, tensors, metadata == null ? Map.of() : metadata, arena);
    }

    private static Tensor tensor(Header.Entry entry, Header header, MemorySegment mapping) {
        var data = mapping.asSlice(header.dataStart() + entry.begin(), entry.end() - entry.begin());
        return new Tensor(entry.name(), entry.dtype(), entry.shape(), data);
    }

    /// The files that make up one model.
    private record WeightSet(List<Path> files, Optional<ShardIndex> index) {

        static WeightSet of(Path source) throws IOException {
            if (!Files.exists(source)) {
                throw FormatProblem.NO_WEIGHTS.with(source);
            }
            if (!Files.isDirectory(source)) {
                return new WeightSet(List.of(source), Optional.empty());
            }
            var single = source.resolve(SINGLE);
            if (Files.exists(single)) {
                return new WeightSet(List.of(single), Optional.empty());
            }
            var indexFile = source.resolve(INDEX);
            if (Files.exists(indexFile)) {
                var index = ShardIndex.read(indexFile);
                var shards = index.shards().stream().map(source::resolve).toList();
                return new WeightSet(shards, Optional.of(index));
            }
            return new WeightSet(List.of(only(source)), Optional.empty());
        }

        private static Path only(Path folder) throws IOException {
            try (var found = Files.newDirectoryStream(folder, "*.safetensors")) {
                var files = found.iterator();
                if (!files.hasNext()) {
                    throw FormatProblem.NO_WEIGHTS.with(folder);
                }
                var first = files.next();
                if (files.hasNext()) {
                    throw FormatProblem.AMBIGUOUS.with(folder);
                }
                return first;
            }
        }

        void requireComplete(Map<String, Path> owners) {
            index.ifPresent(
                    shards ->
                            shards.shardOf()
                                    .forEach(
                                            (tensor, shard) ->
                                                    requireIn(owners.get(tensor), tensor, shard)));
        }

        private static void requireIn(Path owner, String tensor, String shard) {
            if (owner == null || !owner.getFileName().toString().equals(shard)) {
                throw FormatProblem.NOT_IN_SHARD.with(INDEX, tensor, shard);
            }
        }
    }
}
