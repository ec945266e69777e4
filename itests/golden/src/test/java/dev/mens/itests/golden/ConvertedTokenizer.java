package dev.mens.itests.golden;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// What llama.cpp's converter makes of a tokenizer.json: byte-level BPE as `gpt2`, BPE with byte
/// fallback as `llama` with SentencePiece's scores. Unigram it cannot tell from them.
record ConvertedTokenizer(JsonNode json, int rows) {
    private static final int NORMAL = 1;
    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final int UNUSED = 5;
    private static final int BYTE = 6;

    /// @param rows of the embedding, which may be more than there are tokens
    static ConvertedTokenizer of(Path model, int rows) {
        return new ConvertedTokenizer(Goldens.json(model.resolve("tokenizer.json")), rows);
    }

    boolean convertible() {
        return json.at("/model/type").asString().equals("BPE");
    }

    void addTo(GgufBytes gguf, JsonNode config) {
        boolean pieces = json.at("/model/byte_fallback").asBoolean();
        var tokens = new ArrayList<>(Collections.nCopies(rows, ""));
        var types = new ArrayList<>(Collections.nCopies(rows, UNUSED));
        for (var token : json.at("/model/vocab").properties()) {
            tokens.set(token.getValue().asInt(), token.getKey());
            types.set(
                    token.getValue().asInt(),
                    pieces && token.getKey().matches("<0x[0-9A-F]{2}>") ? BYTE : NORMAL);
        }
        for (var added : json.get("added_tokens")) {
            int id = added.get("id").asInt();
            var text = added.get("content").asString();
            tokens.set(id, text);
            boolean unknown = text.equals(json.at("/model/unk_token").asString(""));
            int special = unknown ? UNKNOWN : CONTROL;
            types.set(id, added.get("special").asBoolean() ? special : USER_DEFINED);
        }
        for (int id = 0; id < rows; id++) {
            if (tokens.get(id).isEmpty()) {
                tokens.set(id, "[PAD" + id + "]");
            }
        }
        gguf.text("tokenizer.ggml.model", pieces ? "llama" : "gpt2");
        gguf.text("tokenizer.ggml.pre", pieces ? "default" : pre());
        gguf.texts("tokenizer.ggml.tokens", tokens);
        gguf.wholes("tokenizer.ggml.token_type", types);
        if (pieces) {
            gguf.reals("tokenizer.ggml.scores", scores(tokens));
        } else {
            gguf.texts(
                    "tokenizer.ggml.merges",
                    merges().stream().map(m -> String.join(" ", m)).toList());
        }
        ends(gguf, config);
    }

    private String pre() {
        var splitting = json.get("pre_tokenizer").toString();
        if (splitting.contains("\\\\p{N}{1,3}")) {
            return "llama-bpe";
        }
        return splitting.contains("Split") ? "qwen2" : "gpt-2";
    }

    /// SentencePiece's BPE scores a piece by when it was first merged.
    private List<Float> scores(List<String> tokens) {
        Map<String, Float> first = new HashMap<>();
        for (var merge : merges()) {
            first.putIfAbsent(String.join("", merge), (float) -first.size());
        }
        return tokens.stream().map(token -> first.getOrDefault(token, -1e9f)).toList();
    }

    private List<List<String>> merges() {
        var merges = new ArrayList<List<String>>();
        for (var merge : json.at("/model/merges")) {
            merges.add(
                    merge.isArray()
                            ? List.of(merge.get(0).asString(), merge.get(1).asString())
                            : List.of(merge.asString().split(" ")));
        }
        return merges;
    }

    private void ends(GgufBytes gguf, JsonNode config) {
        var eos = config.path("eos_token_id");
        gguf.whole("tokenizer.ggml.eos_token_id", eos.isArray() ? eos.get(0).asInt() : eos.asInt());
        var first = template().at("/single/0/SpecialToken/id");
        gguf.truth("tokenizer.ggml.add_bos_token", !first.isMissingNode());
        for (var added : json.get("added_tokens")) {
            if (added.get("content").equals(first)) {
                gguf.whole("tokenizer.ggml.bos_token_id", added.get("id").asInt());
            }
        }
    }

    /// What goes around every text.
    private JsonNode template() {
        var processor = json.path("post_processor");
        for (var part : processor.path("processors")) {
            if (part.has("single")) {
                return part;
            }
        }
        return processor;
    }
}
