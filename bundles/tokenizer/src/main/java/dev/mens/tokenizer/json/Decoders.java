package dev.mens.tokenizer.json;

import dev.mens.tokenizer.decode.TokenDecoder;
import dev.mens.tokenizer.regex.Regex;
import dev.mens.tokenizer.split.PreTokenizer;

/// Decoders as tokenizer.json writes them.
final class Decoders {
    private static final int MAX_STRIP = 1 << 20;

    private Decoders() {}

    static TokenDecoder of(Section json) {
        return switch (json.type()) {
            case "Sequence" ->
                    new TokenDecoder.Chain(
                            json.sections("decoders").stream().map(Decoders::of).toList());
            case "ByteLevel" -> new TokenDecoder.ByteLevel();
            case "ByteFallback" -> new TokenDecoder.ByteFallback();
            case "Fuse" -> new TokenDecoder.Fuse();
            case "Strip" ->
                    new TokenDecoder.Strip(
                            json.character("content"),
                            json.number("start", 0, MAX_STRIP),
                            json.number("stop", 0, MAX_STRIP));
            case "Replace" -> replace(json);
            case "Metaspace" ->
                    new TokenDecoder.Metaspace(
                            (char) json.character("replacement"),
                            PreTokenizers.scheme(json) != PreTokenizer.Metaspace.Scheme.NEVER);
            case "WordPiece" ->
                    new TokenDecoder.WordPiece(json.string("prefix"), json.flag("cleanup", true));
            case "BPEDecoder" -> new TokenDecoder.WordEnd(json.string("suffix"));
            case "CTC" ->
                    new TokenDecoder.Ctc(
                            json.string("pad_token"),
                            json.string("word_delimiter_token"),
                            json.flag("cleanup", true));
            default -> throw json.unsupported("the decoder " + json.type());
        };
    }

    private static TokenDecoder replace(Section json) {
        var pattern = json.section("pattern");
        var content = json.string("content");
        var literal = pattern.string("String", null);
        if (literal == null) {
            return new TokenDecoder.Replace(Regex.compile(pattern.string("Regex")), content);
        }
        return literal.isEmpty()
                ? new TokenDecoder.Replace(Regex.compile(""), content)
                : new TokenDecoder.ReplaceText(literal, content);
    }
}
