package dev.mens.tokenizer.split;

import dev.mens.tokenizer.text.HfCharacters;
import dev.mens.tokenizer.text.Text;
import java.lang.Character.UnicodeScript;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Splits where the script changes; Japanese syllables count as Han, as in SentencePiece.
public record Scripts() implements PreTokenizer {
    @Override
    public void split(Text text, Consumer<Text> out) {
        var value = text.value();
        UnicodeScript last = null;
        // As in HuggingFace, what goes with any script is lost before the first that has one.
        int start = -1;
        int at = 0;
        while (at < value.length()) {
            int c = value.codePointAt(at);
            var script = script(c);
            if (script != null) {
                if (script != last) {
                    if (start >= 0) {
                        out.accept(text.slice(start, at));
                    }
                    start = at;
                }
                last = script;
            }
            at += Character.charCount(c);
        }
        if (start >= 0) {
            out.accept(text.slice(start, at));
        }
    }

    /// Null for what goes with any script.
    private static @Nullable UnicodeScript script(int c) {
        if (c == 0x30FC) {
            return UnicodeScript.HAN;
        }
        if (HfCharacters.anyScript().contains(c)) {
            return null;
        }
        var script = UnicodeScript.of(c);
        return script == UnicodeScript.HIRAGANA || script == UnicodeScript.KATAKANA
                ? UnicodeScript.HAN
                : script;
    }
}
