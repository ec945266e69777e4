package dev.mens.tokenizer.json;

import dev.mens.tokenizer.decode.TokenDecoder;
import dev.mens.tokenizer.model.BytePairs;
import dev.mens.tokenizer.model.Vocabulary;
import dev.mens.tokenizer.pipeline.AddedToken;
import dev.mens.tokenizer.pipeline.HfTokenizer;
import dev.mens.tokenizer.pipeline.PostProcessor;
import dev.mens.tokenizer.split.PreTokenizer;
import dev.mens.tokenizer.text.TokenizerProblem;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Builds byte-level BPE tokenizers, GPT-2's and RoBERTa's, from vocab.json and merges.txt.
public final class VocabularyFiles {
    private static final long MAX_BYTES = 1 << 26;

    private VocabularyFiles() {}

    /// @throws dev.mens.diagnostics.ProblemException vox/tokenizer/…
    public static HfTokenizer open(Path folder) throws IOException {
        var vocabulary = TokenizerJson.vocabulary(folder.resolve("vocab.json"));
        var merges = merges(folder.resolve("merges.txt"));
        var settings = Settings.of(folder);
        var added = new ArrayList<>(settings.added());
        for (var usual : List.of("<|endoftext|>", "<s>", "<pad>", "</s>", "<unk>")) {
            if (added.isEmpty() || added.stream().noneMatch(t -> t.content().equals(usual))) {
                addUsual(usual, vocabulary, added);
            }
        }
        var options = new BytePairs.Options(null, "", "", false, false, false);
        return new HfTokenizer(
                new HfTokenizer.Parts(
                        added,
                        null,
                        new PreTokenizer.ByteLevel(settings.prefixSpace(), true),
                        new BytePairs(vocabulary, merges, options),
                        frame(vocabulary),
                        new TokenDecoder.ByteLevel()));
    }

    private static void addUsual(String token, Vocabulary vocabulary, List<AddedToken> added) {
        if (vocabulary.id(token) >= 0) {
            added.add(new AddedToken(token, false, false, false, false, true));
        }
    }

    /// RoBERTa's vocabulary holds its frame, GPT-2's does not.
    private static PostProcessor frame(Vocabulary vocabulary) {
        int begin = vocabulary.id("<s>");
        int end = vocabulary.id("</s>");
        return begin >= 0 && end >= 0
                ? new PostProcessor.Frame(begin, end, true)
                : new PostProcessor.Nothing();
    }

    private static List<String[]> merges(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw TokenizerProblem.TOO_LARGE.with(file, "it is longer than 64 MiB");
        }
        var merges = new ArrayList<String[]>();
        try (var lines = Files.newBufferedReader(file)) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var pair = line.isBlank() ? null : TokenizerJson.merge(line);
                if (pair != null) {
                    merges.add(pair);
                }
            }
        } catch (MalformedInputException e) {
            throw TokenizerProblem.MALFORMED.because(e, file, "it is not UTF-8");
        }
        return merges;
    }
}
