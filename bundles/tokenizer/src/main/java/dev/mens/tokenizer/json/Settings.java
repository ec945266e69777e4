package dev.mens.tokenizer.json;

import dev.mens.tokenizer.pipeline.AddedToken;
import dev.mens.tokenizer.text.TokenizerProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What tokenizer_config.json says about files that do not say it themselves.
///
/// @param addBegin whether the begin token is added; empty if it does not say
public record Settings(
        List<AddedToken> added,
        boolean prefixSpace,
        Optional<Boolean> addBegin,
        Optional<Boolean> addEnd) {
    private static final long MAX_BYTES = 1 << 26;

    /// @param folder may have no such file
    public static Settings of(Path folder) throws IOException {
        var file = folder.resolve("tokenizer_config.json");
        if (!Files.isRegularFile(file)) {
            return new Settings(List.of(), false, Optional.empty(), Optional.empty());
        }
        if (Files.size(file) > MAX_BYTES) {
            throw TokenizerProblem.TOO_LARGE.with(file, "it is longer than 64 MiB");
        }
        try {
            var json =
                    new Section(
                            "tokenizer_config.json", JsonMapper.shared().readTree(file.toFile()));
            return new Settings(
                    added(json),
                    json.flag("add_prefix_space", false),
                    answer(json, "add_bos_token"),
                    answer(json, "add_eos_token"));
        } catch (JacksonException e) {
            throw TokenizerProblem.MALFORMED.because(e, file, e.getOriginalMessage());
        }
    }

    private static Optional<Boolean> answer(Section json, String name) {
        return json.has(name) ? Optional.of(json.flag(name, false)) : Optional.empty();
    }

    private static List<AddedToken> added(Section json) {
        var added = new ArrayList<AddedToken>();
        if (json.has("added_tokens_decoder")) {
            var byId = json.section("added_tokens_decoder");
            for (var id : byId.node().propertyNames()) {
                added.add(JsonTokenizers.addedToken(byId.section(id)));
            }
        }
        return added;
    }
}
