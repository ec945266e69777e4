package dev.mens.tokenizer.json;

import dev.mens.tokenizer.regex.Regex;
import dev.mens.tokenizer.split.Behavior;
import dev.mens.tokenizer.split.PreTokenizer;
import dev.mens.tokenizer.split.Scripts;
import dev.mens.tokenizer.text.CharSet;
import dev.mens.tokenizer.text.HfCharacters;
import dev.mens.tokenizer.text.Unicode;
import java.util.List;

/// Pre-tokenizers as tokenizer.json writes them.
final class PreTokenizers {
    private static final int MAX_LENGTH = 1 << 30;

    private PreTokenizers() {}

    static PreTokenizer of(Section json) {
        return switch (json.type()) {
            case "Sequence" ->
                    new PreTokenizer.Chain(
                            json.sections("pretokenizers").stream()
                                    .map(PreTokenizers::of)
                                    .toList());
            case "ByteLevel" ->
                    new PreTokenizer.ByteLevel(
                            json.flag("add_prefix_space", true), json.flag("use_regex", true));
            case "Split" -> split(json);
            case "BertPreTokenizer" ->
                    new PreTokenizer.Chain(
                            List.of(
                                    new PreTokenizer.AtChars(Unicode.space(), Behavior.REMOVED),
                                    new PreTokenizer.AtChars(
                                            HfCharacters.punctuation(), Behavior.ISOLATED)));
            case "Whitespace" ->
                    new PreTokenizer.AtPattern(
                            // Rust counts the joiners, U+200C and U+200D, as word characters.
                            Regex.compile("[\\w\\u200C\\u200D]+|[^\\w\\s\\u200C\\u200D]+"),
                            Behavior.REMOVED,
                            true);
            case "WhitespaceSplit" -> new PreTokenizer.AtChars(Unicode.space(), Behavior.REMOVED);
            case "Metaspace" -> metaspace(json);
            case "Digits" ->
                    new PreTokenizer.AtChars(
                            HfCharacters.numeric(),
                            json.flag("individual_digits", false)
                                    ? Behavior.ISOLATED
                                    : Behavior.CONTIGUOUS);
            case "Punctuation" ->
                    new PreTokenizer.AtChars(
                            HfCharacters.punctuation(),
                            json.has("behavior") ? behavior(json) : Behavior.ISOLATED);
            case "CharDelimiterSplit", "Delimiter" -> {
                int delimiter = json.character("delimiter");
                yield new PreTokenizer.AtChars(CharSet.of(delimiter, delimiter), Behavior.REMOVED);
            }
            case "UnicodeScripts" -> new Scripts();
            case "FixedLength" -> {
                int length = json.number("length", 5, MAX_LENGTH);
                if (length == 0) {
                    throw json.malformed("length", "is 0");
                }
                yield new PreTokenizer.FixedLength(length);
            }
            default -> throw json.unsupported("the pre-tokenizer " + json.type());
        };
    }

    private static PreTokenizer split(Section json) {
        var pattern = json.section("pattern");
        var literal = pattern.string("String", null);
        var regex =
                literal == null ? Regex.compile(pattern.string("Regex")) : Regex.literal(literal);
        return new PreTokenizer.AtPattern(regex, behavior(json), json.flag("invert", false));
    }

    private static Behavior behavior(Section json) {
        return switch (json.string("behavior")) {
            case "Removed" -> Behavior.REMOVED;
            case "Isolated" -> Behavior.ISOLATED;
            case "MergedWithPrevious" -> Behavior.MERGED_WITH_PREVIOUS;
            case "MergedWithNext" -> Behavior.MERGED_WITH_NEXT;
            case "Contiguous" -> Behavior.CONTIGUOUS;
            default -> throw json.malformed("behavior", "is unknown");
        };
    }

    private static PreTokenizer metaspace(Section json) {
        int replacement = json.character("replacement");
        if (Character.charCount(replacement) != 1) {
            throw json.unsupported("a replacement beyond U+FFFF");
        }
        return new PreTokenizer.Metaspace(
                (char) replacement, scheme(json), json.flag("split", true));
    }

    static PreTokenizer.Metaspace.Scheme scheme(Section json) {
        var scheme =
                switch (json.string("prepend_scheme", "always")) {
                    case "first" -> PreTokenizer.Metaspace.Scheme.FIRST;
                    case "never" -> PreTokenizer.Metaspace.Scheme.NEVER;
                    case "always" -> PreTokenizer.Metaspace.Scheme.ALWAYS;
                    default -> throw json.malformed("prepend_scheme", "is unknown");
                };
        return json.flag("add_prefix_space", true) ? scheme : PreTokenizer.Metaspace.Scheme.NEVER;
    }
}
