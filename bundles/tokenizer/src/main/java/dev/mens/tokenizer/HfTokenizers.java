package dev.mens.tokenizer;

import dev.mens.model.Tokenizer;
import dev.mens.model.Tokenizers;
import dev.mens.tokenizer.json.JsonTokenizers;
import dev.mens.tokenizer.json.Settings;
import dev.mens.tokenizer.json.VocabularyFiles;
import dev.mens.tokenizer.sentencepiece.PieceTokenizers;
import dev.mens.tokenizer.text.TokenizerProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/// Opens the tokenizers that HuggingFace's libraries write.
@Component
public final class HfTokenizers implements Tokenizers {
    @Override
    public Tokenizer open(Path folder) throws IOException {
        if (Files.isRegularFile(folder)) {
            return openFile(folder);
        }
        for (var name : List.of("tokenizer.json", "tokenizer.model", "vocab.json")) {
            var file = folder.resolve(name);
            if (Files.isRegularFile(file)) {
                return openFile(file);
            }
        }
        throw TokenizerProblem.MISSING.with(folder);
    }

    private static Tokenizer openFile(Path file) throws IOException {
        var folder = file.toAbsolutePath().getParent();
        var name = file.getFileName().toString();
        if (name.endsWith(".model")) {
            var settings = Settings.of(folder);
            return PieceTokenizers.open(
                    file, new PieceTokenizers.Ends(settings.addBegin(), settings.addEnd()));
        }
        if (name.equals("vocab.json") || name.equals("merges.txt")) {
            if (!Files.isRegularFile(folder.resolve("vocab.json"))
                    || !Files.isRegularFile(folder.resolve("merges.txt"))) {
                throw TokenizerProblem.MISSING.with(folder);
            }
            return VocabularyFiles.open(folder);
        }
        return JsonTokenizers.open(file);
    }
}
