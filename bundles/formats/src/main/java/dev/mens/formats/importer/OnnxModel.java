package dev.mens.formats.importer;

import dev.mens.formats.FormatProblem;
import dev.mens.formats.PlainNames;
import dev.mens.formats.onnx.OnnxBert;
import dev.mens.formats.onnx.OnnxReader;
import dev.mens.formats.onnx.OnnxTensors;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// An ONNX file as the source of a conversion.
final class OnnxModel {
    private OnnxModel() {}

    static OpenModel open(FoundSource found) throws IOException {
        var files = new OpenFiles();
        try {
            var arena = Arena.ofShared();
            files.add(arena::close);
            var name = found.file().getFileName().toString();
            var channel = files.open(found.file());
            var graph = OnnxReader.read(channel, name);
            var neighbours = new Neighbours(found.file(), files);
            var tensors = OnnxTensors.of(graph, channel, name, neighbours::open, arena);
            var notes = new ArrayList<String>();
            var made = new LinkedHashMap<String, byte[]>();
            if (!found.hasConfig()) {
                OnnxBert.config(graph, channel, name, tensors, notes)
                        .ifPresent(config -> made.put("config.json", JsonFiles.bytes(config)));
            }
            return files.keepFor(new OpenModel(tensors, Map.of(), made, notes, files));
        } finally {
            files.closeUnlessKept();
        }
    }

    /// Files beside the model in which it keeps weights, each opened once.
    private record Neighbours(Path model, OpenFiles files, Map<String, FileChannel> open) {

        Neighbours(Path model, OpenFiles files) {
            this(model, files, new HashMap<>());
        }

        FileChannel open(String location) throws IOException {
            var known = open.get(location);
            if (known != null) {
                return known;
            }
            var name = model.getFileName();
            if (!PlainNames.isPlain(location)) {
                throw FormatProblem.SHARD_OUTSIDE.with(name, location);
            }
            var file = model.resolveSibling(location);
            if (!Files.isRegularFile(file)) {
                throw FormatProblem.MISSING_SHARD.with(name, location);
            }
            var channel = files.open(file);
            open.put(location, channel);
            return channel;
        }
    }
}
