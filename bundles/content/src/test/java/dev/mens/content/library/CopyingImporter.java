package dev.mens.content.library;

import dev.mens.model.Import;
import dev.mens.model.ImportOptions;
import dev.mens.model.ModelImporter;
import dev.mens.model.Quantization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/// Copies a model folder file by file and keeps what is complete, as the contract says.
final class CopyingImporter implements ModelImporter {
    int copied;

    @Override
    public Import read(Path source, Path staging, ImportOptions options, Progress progress)
            throws IOException {
        try (var walk = Files.walk(source)) {
            for (var file : walk.filter(Files::isRegularFile).sorted().toList()) {
                var place = staging.resolve(source.relativize(file).toString());
                if (!Files.exists(place)) {
                    Files.createDirectories(place.getParent());
                    var draft = place.resolveSibling(".part");
                    Files.copy(file, draft, StandardCopyOption.REPLACE_EXISTING);
                    Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
                    copied++;
                }
                progress.report(file.toString(), 1, 1);
            }
        }
        Files.deleteIfExists(staging.resolve(".part"));
        return new Import(
                "huggingface", "test 1", Quantization.BF16, List.of("The window is assumed."));
    }
}
