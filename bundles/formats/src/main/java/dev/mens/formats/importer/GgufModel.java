package dev.mens.formats.importer;

import dev.mens.compute.DType;
import dev.mens.compute.Elements;
import dev.mens.formats.FormatProblem;
import dev.mens.formats.convert.FileTensor;
import dev.mens.formats.gguf.GgufConfig;
import dev.mens.formats.gguf.GgufFamily;
import dev.mens.formats.gguf.GgufFile;
import dev.mens.formats.gguf.GgufReader;
import dev.mens.formats.gguf.GgufRope;
import dev.mens.formats.gguf.GgufTensors;
import dev.mens.formats.gguf.GgufTokenizer;
import dev.mens.formats.safetensors.Header;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// A GGUF as the source of a conversion.
final class GgufModel {
    /// Half of the largest head there is, by a wide margin.
    private static final int MAX_TABLE = 4096;

    private GgufModel() {}

    static OpenModel open(Path path) throws IOException {
        var channels = new OpenFiles();
        try {
            var name = path.getFileName().toString();
            var channel = channels.open(path);
            var file = GgufReader.read(channel, name);
            if (file.metadata().whole("split.count").orElse(1) > 1) {
                throw FormatProblem.BAD_METADATA.with(name, "it is one part of a split GGUF");
            }
            var family = GgufFamily.of(file.metadata(), name);
            var notes = new ArrayList<String>();
            var tensors = GgufTensors.of(file, family, channel, name, notes);
            var files = new LinkedHashMap<String, byte[]>();
            files.put(
                    "config.json",
                    JsonFiles.bytes(
                            GgufConfig.of(file, family, name, tables(file, channel), notes)));
            GgufTokenizer.files(file.metadata(), notes)
                    .forEach((key, value) -> files.put(key, JsonFiles.bytes(value)));
            var metadata = new LinkedHashMap<String, String>();
            recipe(file).ifPresent(recipe -> metadata.put(Header.RECIPE, recipe));
            return channels.keepFor(new OpenModel(tensors, metadata, files, notes, channels));
        } finally {
            channels.closeUnlessKept();
        }
    }

    private static GgufRope.Tables tables(GgufFile file, FileChannel channel) throws IOException {
        return new GgufRope.Tables(
                table(file, channel, "rope_freqs.weight"),
                table(file, channel, "rope_factors_long.weight"),
                table(file, channel, "rope_factors_short.weight"));
    }

    private static float[] table(GgufFile file, FileChannel channel, String name)
            throws IOException {
        for (var entry : file.tensors()) {
            if (entry.name().equals(name)
                    && entry.dtype() == DType.F32
                    && entry.shape().elements() <= MAX_TABLE) {
                int count = (int) entry.shape().elements();
                var bytes = MemorySegment.ofArray(new byte[4 * count]);
                new FileTensor(DType.F32, entry.shape(), channel, entry.offset())
                        .read(0, count, bytes);
                var values = new float[count];
                Elements.read(DType.F32, bytes, 0, count, values, 0);
                return values;
            }
        }
        return new float[0];
    }

    /// `general.file_type` for the mixtures that have a tag of their own.
    private static Optional<String> recipe(GgufFile file) {
        var names =
                Map.of(
                        2L, "Q4_0", 3L, "Q4_1", 7L, "Q8_0", 8L, "Q5_0", 9L, "Q5_1", 10L, "Q2_K",
                        12L, "Q3_K_M", 15L, "Q4_K_M", 17L, "Q5_K_M", 18L, "Q6_K");
        var type = file.metadata().whole("general.file_type");
        return type.isPresent()
                ? Optional.ofNullable(names.get(type.getAsLong()))
                : Optional.empty();
    }
}
