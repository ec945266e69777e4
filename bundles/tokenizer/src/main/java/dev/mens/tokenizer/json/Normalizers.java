package dev.mens.tokenizer.json;

import dev.mens.tokenizer.normalize.CharsMap;
import dev.mens.tokenizer.normalize.NormalForm;
import dev.mens.tokenizer.normalize.Normalizer;
import dev.mens.tokenizer.regex.Regex;
import java.util.Base64;

/// Normalizers as tokenizer.json writes them.
final class Normalizers {
    private Normalizers() {}

    static Normalizer of(Section json) {
        return switch (json.type()) {
            case "Sequence" ->
                    new Normalizer.Chain(
                            json.sections("normalizers").stream().map(Normalizers::of).toList());
            case "NFC" -> new Normalizer.Form(NormalForm.NFC);
            case "NFD" -> new Normalizer.Form(NormalForm.NFD);
            case "NFKC" -> new Normalizer.Form(NormalForm.NFKC);
            case "NFKD" -> new Normalizer.Form(NormalForm.NFKD);
            case "Lowercase" -> new Normalizer.Lowercase();
            case "Strip" ->
                    new Normalizer.Strip(
                            json.flag("strip_left", false), json.flag("strip_right", false));
            case "StripAccents" -> new Normalizer.StripAccents();
            case "Replace" -> replace(json);
            case "Prepend" -> new Normalizer.Prepend(json.string("prepend"));
            case "Bert", "BertNormalizer" -> bert(json);
            case "Nmt" -> new Normalizer.Nmt();
            case "ByteLevel" -> new Normalizer.ByteLevel();
            case "Precompiled" -> precompiled(json);
            default -> throw json.unsupported("the normalizer " + json.type());
        };
    }

    private static Normalizer replace(Section json) {
        var pattern = json.section("pattern");
        var content = json.string("content");
        var literal = pattern.string("String", null);
        if (literal == null) {
            return new Normalizer.Replace(Regex.compile(pattern.string("Regex")), content);
        }
        return literal.isEmpty()
                ? new Normalizer.Replace(Regex.compile(""), content)
                : new Normalizer.ReplaceText(literal, content);
    }

    private static Normalizer bert(Section json) {
        boolean lowercase = json.flag("lowercase", true);
        return new Normalizer.Bert(
                json.flag("clean_text", true),
                json.flag("handle_chinese_chars", true),
                json.flag("strip_accents", lowercase),
                lowercase);
    }

    private static Normalizer precompiled(Section json) {
        var encoded = json.string("precompiled_charsmap");
        try {
            return new Normalizer.Precompiled(new CharsMap(Base64.getDecoder().decode(encoded)));
        } catch (IllegalArgumentException _) {
            throw json.malformed("precompiled_charsmap", "is not base64");
        }
    }
}
