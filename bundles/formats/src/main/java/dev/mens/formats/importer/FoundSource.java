package dev.mens.formats.importer;

import dev.mens.formats.FormatProblem;
import dev.mens.formats.gguf.GgufReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Where the weights of a source are and how they are stored.
///
/// @param file the only file with weights, or the index of the shards
/// @param folder where config.json and the tokenizer would lie
record FoundSource(Kind kind, Path file, Path folder) {

    enum Kind {
        SAFETENSORS("safetensors"),
        SAFETENSORS_INDEX("safetensors"),
        GGUF("gguf"),
        PYTORCH("pytorch"),
        PYTORCH_INDEX("pytorch"),
        ONNX("onnx");

        private final String format;

        Kind(String format) {
            this.format = format;
        }

        String format() {
            return format;
        }
    }

    private static final String CONFIG = "config.json";

    private static final List<String> USUAL =
            List.of(
                    "model.safetensors",
                    "model.safetensors.index.json",
                    "pytorch_model.bin",
                    "pytorch_model.bin.index.json",
                    "model.onnx",
                    "onnx/model.onnx");

    static FoundSource of(Path source) throws IOException {
        if (Files.isDirectory(source)) {
            for (var name : USUAL) {
                if (Files.isRegularFile(source.resolve(name))) {
                    return new FoundSource(
                            kind(source.resolve(name)), source.resolve(name), source);
                }
            }
            var only = only(source);
            return new FoundSource(kind(only), only, source);
        }
        if (!Files.isRegularFile(source)) {
            throw FormatProblem.NO_SOURCE.with(source);
        }
        return new FoundSource(kind(source), source, sideFolder(source.toAbsolutePath()));
    }

    /// The hub keeps an ONNX in the folder `onnx` of its model.
    private static Path sideFolder(Path file) {
        var folder = file.getParent();
        boolean inside =
                folder.endsWith("onnx")
                        && !Files.isRegularFile(folder.resolve(CONFIG))
                        && Files.isRegularFile(folder.resolveSibling(CONFIG));
        return inside ? folder.getParent() : folder;
    }

    /// True if the source has a config.json, as every folder from the HuggingFace hub.
    boolean hasConfig() {
        return Files.isRegularFile(folder.resolve(CONFIG));
    }

    private static Path only(Path folder) throws IOException {
        for (var pattern : List.of("*.safetensors", "*.{bin,pt,pth}", "*.gguf", "*.onnx")) {
            try (var found = Files.newDirectoryStream(folder, pattern)) {
                Optional<Path> first = Optional.empty();
                for (var file : found) {
                    if (!Files.isRegularFile(file) || isNoModel(file)) {
                        continue;
                    }
                    if (first.isPresent()) {
                        throw FormatProblem.AMBIGUOUS_SOURCE.with(folder, pattern);
                    }
                    first = Optional.of(file);
                }
                if (first.isPresent()) {
                    return first.get();
                }
            }
        }
        throw FormatProblem.NO_SOURCE.with(folder);
    }

    private static boolean isNoModel(Path file) {
        return file.getFileName().toString().matches("(training_args|optimizer|scheduler).*");
    }

    /// The content decides; the name only where the content says nothing.
    private static Kind kind(Path file) throws IOException {
        var name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".index.json")) {
            return name.contains("safetensors") ? Kind.SAFETENSORS_INDEX : Kind.PYTORCH_INDEX;
        }
        var start = start(file);
        int magic = start.getInt(0);
        if (start.get(8) == '{' && start.getInt(4) == 0) {
            return Kind.SAFETENSORS;
        }
        if (magic == GgufReader.MAGIC) {
            return Kind.GGUF;
        }
        if (magic == 0x04034b50 || (start.get(0) == (byte) 0x80 && start.get(1) <= 5)) {
            return Kind.PYTORCH;
        }
        return byName(name, start.get(0) == 8);
    }

    private static Kind byName(String name, boolean protobuf) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "safetensors" -> Kind.SAFETENSORS;
            case "gguf" -> Kind.GGUF;
            case "bin", "pt", "pth", "pkl", "ckpt" -> Kind.PYTORCH;
            case "onnx" -> Kind.ONNX;
            default -> {
                if (protobuf) {
                    yield Kind.ONNX;
                }
                throw FormatProblem.UNKNOWN_FORMAT.with(name);
            }
        };
    }

    /// The first 16 bytes, with zeros where the file is shorter.
    private static ByteBuffer start(Path file) throws IOException {
        try (var channel = FileChannel.open(file)) {
            var buffer = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                // until full or at the end
            }
            return buffer;
        }
    }
}
