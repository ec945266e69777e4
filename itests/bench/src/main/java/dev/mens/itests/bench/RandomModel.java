package dev.mens.itests.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/// A model folder with random weights: good for being stored, not for being run.
final class RandomModel {
    private static final Path TINYTALES =
            Path.of(System.getProperty("mens.dist")).normalize().resolve("models/tinytales");
    private static final int COLUMNS = 1024;

    private RandomModel() {}

    /// @param bytes of weights, about
    /// @return the folder, which has config.json and tokenizer.json of the default model
    static Path write(Path folder, long bytes, long seed) throws IOException {
        Files.createDirectories(folder);
        for (var name : new String[] {"config.json", "tokenizer.json"}) {
            Files.write(folder.resolve(name), Files.readAllBytes(TINYTALES.resolve(name)));
        }
        long rows = bytes / (2 * COLUMNS);
        var header =
                "{\"model.random.weight\":{\"dtype\":\"BF16\",\"shape\":[%d,%d],\"data_offsets\":[0,%d]}}"
                        .formatted(rows, COLUMNS, rows * 2 * COLUMNS)
                        .getBytes(StandardCharsets.UTF_8);
        var length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length);
        var random = new SplittableRandom(seed);
        var row = ByteBuffer.allocate(2 * COLUMNS).order(ByteOrder.LITTLE_ENDIAN);
        try (var out =
                new BufferedOutputStream(
                        Files.newOutputStream(folder.resolve("model.safetensors")), 1 << 20)) {
            out.write(length.array());
            out.write(header);
            for (long r = 0; r < rows; r++) {
                for (int i = 0; i < COLUMNS / 4; i++) {
                    // Exponents below 128, so that every number is finite.
                    row.putLong(8 * i, random.nextLong() & 0xbfff_bfff_bfff_bfffL);
                }
                out.write(row.array());
            }
        }
        return folder;
    }
}
