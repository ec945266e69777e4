package dev.mens.formats.importer;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/// The files beside the weights that a model is made of. Everything else of a source (code above
/// all) stays where it is.
final class SideFiles {
    private static final List<String> KNOWN =
            List.of(
                    "config.json",
                    "generation_config.json",
                    "tokenizer.json",
                    "tokenizer_config.json",
                    "special_tokens_map.json",
                    "added_tokens.json",
                    "tokenizer.model",
                    "vocab.json",
                    "merges.txt",
                    "vocab.txt",
                    "chat_template.jinja",
                    "chat_template.json",
                    "modules.json",
                    "sentence_bert_config.json",
                    "config_sentence_transformers.json",
                    "1_Pooling/config.json");

    private SideFiles() {}

    /// Links or copies what `from` has of the known files, unless `to` has them already.
    static void take(Path from, Path to) throws IOException {
        for (var name : KNOWN) {
            var file = from.resolve(name);
            if (Files.isRegularFile(file)) {
                Files.createDirectories(to.resolve(name).getParent());
                linkOrCopy(file, to.resolve(name));
            }
        }
    }

    /// A tokenizer that is named after its model, `NAME-tokenizer.json` beside `NAME.onnx`, unless
    /// there is one already.
    static void takeTokenizerOf(Path model, Path to) throws IOException {
        var name = model.getFileName().toString();
        int dot = name.lastIndexOf('.');
        var tokenizer =
                model.resolveSibling(name.substring(0, Math.max(0, dot)) + "-tokenizer.json");
        if (Files.isRegularFile(tokenizer)) {
            linkOrCopy(tokenizer, to.resolve("tokenizer.json"));
        }
    }

    /// A hard link where the file system can, so that one copy stays on the disk.
    static void linkOrCopy(Path file, Path target) throws IOException {
        if (Files.exists(target)) {
            return;
        }
        // Hub caches hold links; the file itself is wanted.
        var real = file.toRealPath();
        try {
            Files.createLink(target, real);
        } catch (FileAlreadyExistsException kept) {
            return;
        } catch (FileSystemException | UnsupportedOperationException otherDisk) {
            var partial = target.resolveSibling(target.getFileName() + ".part");
            Files.copy(real, partial, StandardCopyOption.REPLACE_EXISTING);
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        }
    }
}
