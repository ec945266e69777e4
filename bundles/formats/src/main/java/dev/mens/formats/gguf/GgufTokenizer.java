package dev.mens.formats.gguf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Rebuilds tokenizer.json, tokenizer_config.json and generation_config.json.
public final class GgufTokenizer {
    private static final String KEY = "tokenizer.ggml.";
    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;

    private final GgufMetadata metadata;
    private final List<String> notes;
    private final List<String> tokens;
    private final long[] types;
    private final boolean sentencePiece;

    private GgufTokenizer(GgufMetadata metadata, List<String> notes) {
        this.metadata = metadata;
        this.notes = notes;
        this.tokens = metadata.texts(KEY + "tokens");
        this.types = metadata.wholes(KEY + "token_type");
        this.sentencePiece = metadata.text(KEY + "model").orElse("").equals("llama");
    }

    /// JSON by file name; empty if the file has no vocabulary or one of unknown kind.
    public static Map<String, Object> files(GgufMetadata metadata, List<String> notes) {
        return new GgufTokenizer(metadata, notes).files();
    }

    private Map<String, Object> files() {
        var files = new LinkedHashMap<String, Object>();
        var model = metadata.text(KEY + "model").orElse("none");
        if (tokens.isEmpty() || !(sentencePiece || model.equals("gpt2"))) {
            notes.add("The vocabulary (" + model + ") cannot be rebuilt as tokenizer.json.");
        } else {
            files.put("tokenizer.json", tokenizer());
            files.put("tokenizer_config.json", tokenizerConfig());
        }
        files.put("generation_config.json", generationConfig());
        return files;
    }

    private Map<String, Object> tokenizer() {
        var json = new LinkedHashMap<String, Object>();
        json.put("version", "1.0");
        json.put("truncation", null);
        json.put("padding", null);
        json.put("added_tokens", addedTokens());
        json.put("normalizer", sentencePiece ? SentencePieceParts.normalizer(prefixed()) : null);
        json.put("pre_tokenizer", sentencePiece ? null : preTokenizer());
        json.put("post_processor", postProcessor());
        json.put(
                "decoder",
                sentencePiece ? SentencePieceParts.decoder(prefixed()) : byteLevel(true));
        json.put("model", model());
        return json;
    }

    private boolean prefixed() {
        return metadata.truth(KEY + "add_space_prefix").orElse(true);
    }

    private List<Object> addedTokens() {
        var added = new ArrayList<Object>();
        for (int id = 0; id < Math.min(tokens.size(), types.length); id++) {
            if (types[id] == CONTROL || types[id] == USER_DEFINED || types[id] == UNKNOWN) {
                var token = new LinkedHashMap<String, Object>();
                token.put("id", id);
                token.put("content", tokens.get(id));
                token.put("single_word", false);
                token.put("lstrip", false);
                token.put("rstrip", false);
                token.put("normalized", false);
                token.put("special", types[id] != USER_DEFINED);
                added.add(token);
            }
        }
        return added;
    }

    private Object preTokenizer() {
        var pre = metadata.text(KEY + "pre").orElse("default");
        var pattern = PreTokenizers.pattern(pre);
        if (pattern.isEmpty()) {
            notes.add("The pre-tokenizer " + pre + " is not known; GPT-2's is assumed.");
        }
        if (pattern.isEmpty() || pattern.get().isEmpty()) {
            return byteLevel(true);
        }
        var splits = new ArrayList<Object>();
        for (var regex : pattern.get()) {
            var split = new LinkedHashMap<String, Object>();
            split.put("type", "Split");
            split.put("pattern", Map.of("Regex", regex));
            split.put("behavior", "Isolated");
            split.put("invert", false);
            splits.add(split);
        }
        splits.add(byteLevel(false));
        var sequence = new LinkedHashMap<String, Object>();
        sequence.put("type", "Sequence");
        sequence.put("pretokenizers", splits);
        return sequence;
    }

    private static Map<String, Object> byteLevel(boolean useRegex) {
        var json = new LinkedHashMap<String, Object>();
        json.put("type", "ByteLevel");
        json.put("add_prefix_space", false);
        json.put("trim_offsets", true);
        json.put("use_regex", useRegex);
        return json;
    }

    /// Begin and end tokens around every text, where the metadata ask for them.
    private @Nullable Object postProcessor() {
        boolean begin = addsBegin();
        boolean end = metadata.truth(KEY + "add_eos_token").orElse(false);
        var bos = begin ? token("bos_token_id") : Optional.<String>empty();
        var eos = end ? token("eos_token_id") : Optional.<String>empty();
        if (bos.isEmpty() && eos.isEmpty()) {
            return null;
        }
        var json = new LinkedHashMap<String, Object>();
        json.put("type", "TemplateProcessing");
        json.put("single", sequence(bos, eos, "A"));
        var pair = new ArrayList<>(sequence(bos, eos, "A"));
        pair.addAll(sequence(bos, eos, "B"));
        json.put("pair", pair);
        var special = new LinkedHashMap<String, Object>();
        bos.ifPresent(token -> special.put(token, special(token, "bos_token_id")));
        eos.ifPresent(token -> special.put(token, special(token, "eos_token_id")));
        json.put("special_tokens", special);
        return json;
    }

    private boolean addsBegin() {
        return metadata.truth(KEY + "add_bos_token")
                .orElseGet(
                        () ->
                                sentencePiece
                                        || PreTokenizers.addBegin(
                                                metadata.text(KEY + "pre").orElse("")));
    }

    private static List<Object> sequence(Optional<String> bos, Optional<String> eos, String id) {
        int type = id.equals("A") ? 0 : 1;
        var parts = new ArrayList<Object>();
        bos.ifPresent(token -> parts.add(Map.of("SpecialToken", part(token, type))));
        parts.add(Map.of("Sequence", part(id, type)));
        eos.ifPresent(token -> parts.add(Map.of("SpecialToken", part(token, type))));
        return parts;
    }

    private static Map<String, Object> part(String id, int type) {
        var json = new LinkedHashMap<String, Object>();
        json.put("id", id);
        json.put("type_id", type);
        return json;
    }

    private Map<String, Object> special(String token, String key) {
        var json = new LinkedHashMap<String, Object>();
        json.put("id", token);
        json.put("ids", List.of(metadata.whole(KEY + key).orElseThrow()));
        json.put("tokens", List.of(token));
        return json;
    }

    private Map<String, Object> model() {
        var json = new LinkedHashMap<String, Object>();
        json.put("type", "BPE");
        json.put("dropout", null);
        json.put("unk_token", sentencePiece ? unknown() : null);
        json.put("continuing_subword_prefix", null);
        json.put("end_of_word_suffix", null);
        json.put("fuse_unk", sentencePiece);
        json.put("byte_fallback", sentencePiece);
        json.put("ignore_merges", ignoresMerges());
        var vocabulary = new LinkedHashMap<String, Integer>();
        for (int id = 0; id < tokens.size(); id++) {
            vocabulary.putIfAbsent(tokens.get(id), id);
        }
        json.put("vocab", vocabulary);
        json.put("merges", merges(vocabulary));
        return json;
    }

    /// Llama 3's tokenizer takes a word that is a token whole. Told apart by the size of its
    /// vocabulary, as the metadata do not say.
    private boolean ignoresMerges() {
        return metadata.text(KEY + "pre").orElse("").equals("llama-bpe")
                && tokens.size() >= 128_000;
    }

    private @Nullable String unknown() {
        for (int id = 0; id < Math.min(tokens.size(), types.length); id++) {
            if (types[id] == UNKNOWN) {
                return tokens.get(id);
            }
        }
        return null;
    }

    /// Pairs as arrays, so that tokens may hold spaces.
    private List<List<String>> merges(Map<String, Integer> vocabulary) {
        if (sentencePiece) {
            return SentencePieceParts.merges(tokens, vocabulary, scores());
        }
        var merges = new ArrayList<List<String>>();
        for (var merge : metadata.texts(KEY + "merges")) {
            int space = merge.indexOf(' ', 1);
            if (space > 0) {
                merges.add(List.of(merge.substring(0, space), merge.substring(space + 1)));
            }
        }
        return merges;
    }

    /// Converters without tokenizer.model write one score for all pieces. Then the ids, which
    /// trainers give in the order of merging, say more.
    private double[] scores() {
        var scores = metadata.reals(KEY + "scores");
        return Arrays.stream(scores).distinct().count() > 1 ? scores : new double[0];
    }

    private Map<String, Object> tokenizerConfig() {
        var json = new LinkedHashMap<String, Object>();
        json.put("tokenizer_class", "PreTrainedTokenizerFast");
        token("bos_token_id").ifPresent(token -> json.put("bos_token", token));
        token("eos_token_id").ifPresent(token -> json.put("eos_token", token));
        token("unknown_token_id").ifPresent(token -> json.put("unk_token", token));
        token("padding_token_id").ifPresent(token -> json.put("pad_token", token));
        json.put("add_bos_token", addsBegin());
        json.put("add_eos_token", metadata.truth(KEY + "add_eos_token").orElse(false));
        json.put("clean_up_tokenization_spaces", false);
        var template = metadata.text("tokenizer.chat_template");
        template.ifPresent(text -> json.put("chat_template", text));
        if (template.isEmpty()) {
            notes.add("The file has no chat template.");
        }
        return json;
    }

    private Map<String, Object> generationConfig() {
        var json = new LinkedHashMap<String, Object>();
        metadata.whole(KEY + "bos_token_id").ifPresent(id -> json.put("bos_token_id", id));
        var ends = new ArrayList<Long>();
        for (var key : List.of("eos_token_id", "eot_token_id", "eom_token_id")) {
            metadata.whole(KEY + key).stream().filter(id -> !ends.contains(id)).forEach(ends::add);
        }
        if (!ends.isEmpty()) {
            json.put("eos_token_id", ends.size() == 1 ? ends.getFirst() : ends);
        }
        metadata.whole(KEY + "padding_token_id").ifPresent(id -> json.put("pad_token_id", id));
        return json;
    }

    private Optional<String> token(String key) {
        var id = metadata.whole(KEY + key);
        return id.isPresent() && id.getAsLong() >= 0 && id.getAsLong() < tokens.size()
                ? Optional.of(tokens.get((int) id.getAsLong()))
                : Optional.empty();
    }
}
