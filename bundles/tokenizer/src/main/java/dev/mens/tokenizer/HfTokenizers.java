package dev.mens.tokenizer;

import dev.mens.model.Tokenizer;
import dev.mens.model.Tokenizers;
import dev.mens.tokenizer.json.JsonTokenizers;
import dev.mens.tokenizer.text.TokenizerProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.osgi.service.component.annotations.Component;

/// Opens the tokenizers that HuggingFace's libraries write.
@Component
public final class HfTokenizers implements Tokenizers {
    @Override
    public Tokenizer open(Path folder) throws IOException {
        var file = Files.isDirectory(folder) ? folder.resolve("tokenizer.json") : folder;
        if (!Files.isRegularFile(file)) {
            throw TokenizerProblem.MISSING.with(folder);
        }
        return JsonTokenizers.open(file);
    }
}
