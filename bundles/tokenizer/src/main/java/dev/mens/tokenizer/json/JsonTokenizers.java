package dev.mens.tokenizer.json;

import dev.mens.tokenizer.pipeline.AddedToken;
import dev.mens.tokenizer.pipeline.HfTokenizer;
import dev.mens.tokenizer.pipeline.PostProcessor;
import dev.mens.tokenizer.text.TokenizerProblem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Builds tokenizers from tokenizer.json. Its truncation and padding are left to the caller.
public final class JsonTokenizers {
    private JsonTokenizers() {}

    /// @throws dev.mens.diagnostics.ProblemException vox/tokenizer/…
    public static HfTokenizer open(Path path) throws IOException {
        var file = TokenizerJson.read(path);
        var json = new Section(path.getFileName().toString(), file.root());
        if (!json.string("version", "1.0").equals("1.0")) {
            throw TokenizerProblem.UNSUPPORTED.with(path, "version " + json.string("version"));
        }
        return new HfTokenizer(
                new HfTokenizer.Parts(
                        added(json),
                        json.has("normalizer") ? Normalizers.of(json.section("normalizer")) : null,
                        json.has("pre_tokenizer")
                                ? PreTokenizers.of(json.section("pre_tokenizer"))
                                : null,
                        Models.of(file, json.section("model")),
                        json.has("post_processor")
                                ? PostProcessors.of(json.section("post_processor"))
                                : new PostProcessor.Nothing(),
                        json.has("decoder") ? Decoders.of(json.section("decoder")) : null));
    }

    private static List<AddedToken> added(Section json) {
        if (!json.has("added_tokens")) {
            return List.of();
        }
        return json.sections("added_tokens").stream().map(JsonTokenizers::addedToken).toList();
    }

    static AddedToken addedToken(Section token) {
        return new AddedToken(
                token.string("content"),
                token.flag("single_word", false),
                token.flag("lstrip", false),
                token.flag("rstrip", false),
                token.flag("normalized", true),
                token.flag("special", false));
    }
}
