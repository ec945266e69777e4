package dev.mens.tokenizer.normalize;

import dev.mens.tokenizer.text.TokenizerProblem;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.text.BreakIterator;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// SentencePiece's `precompiled_charsmap`: a double-array trie over UTF-8 whose values are offsets
/// into a table of replacements, each ended by a zero byte.
///
/// As HuggingFace applies it: a grapheme of less than six bytes is replaced as a whole, by what its
/// shortest known prefix maps to; otherwise each of its characters is.
public final class CharsMap {
    private static final int WHOLE_GRAPHEME_BYTES = 6;

    private final int[] units;
    private final byte[] replacements;

    /// ASCII characters that map to themselves, for a fast path.
    private final boolean[] plain = new boolean[128];

    public CharsMap(byte[] blob) {
        var buffer = ByteBuffer.wrap(blob).order(ByteOrder.LITTLE_ENDIAN);
        if (blob.length < 4) {
            throw malformed("it is shorter than its header");
        }
        int trieBytes = buffer.getInt();
        if (trieBytes < 4 || trieBytes > buffer.remaining()) {
            throw malformed("its trie is longer than itself");
        }
        units = new int[trieBytes / 4];
        buffer.asIntBuffer().get(units);
        buffer.position(4 + units.length * 4);
        replacements = new byte[buffer.remaining()];
        buffer.get(replacements);
        for (int c = 0; c < plain.length; c++) {
            plain[c] = replacement(String.valueOf((char) c)) == null;
        }
    }

    private static RuntimeException malformed(String why) {
        return TokenizerProblem.MALFORMED.with("precompiled_charsmap", why);
    }

    String apply(String text) {
        if (isPlain(text)) {
            return text;
        }
        var out = new StringBuilder(text.length());
        var graphemes = BreakIterator.getCharacterInstance(Locale.ROOT);
        graphemes.setText(text);
        int start = graphemes.first();
        for (int end = graphemes.next(); end != BreakIterator.DONE; end = graphemes.next()) {
            replaceGrapheme(text.substring(start, end), out);
            start = end;
        }
        return out.toString();
    }

    /// Whether only characters occur that are their own graphemes and map to themselves.
    private boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= plain.length || !plain[c] || c == '\r') {
                return false;
            }
        }
        return true;
    }

    private void replaceGrapheme(String grapheme, StringBuilder out) {
        if (utf8Length(grapheme) < WHOLE_GRAPHEME_BYTES) {
            var whole = replacement(grapheme);
            if (whole != null) {
                out.append(whole);
                return;
            }
        }
        for (int at = 0; at < grapheme.length(); ) {
            int next = at + Character.charCount(grapheme.codePointAt(at));
            var part = grapheme.substring(at, next);
            var changed = replacement(part);
            out.append(changed == null ? part : changed);
            at = next;
        }
    }

    private static int utf8Length(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length() && bytes < WHOLE_GRAPHEME_BYTES; i++) {
            char c = text.charAt(i);
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }

    /// What the shortest known prefix of a chunk maps to, or null.
    private @Nullable String replacement(String chunk) {
        int node = offset(units[0]);
        for (byte b : chunk.getBytes(StandardCharsets.UTF_8)) {
            int label = b & 0xFF;
            node ^= label;
            if (label == 0 || node < 0 || node >= units.length) {
                return null;
            }
            int unit = units[node];
            if ((unit & 0x800000FF) != label) {
                return null;
            }
            node ^= offset(unit);
            if ((unit >>> 8 & 1) == 1) {
                return node < 0 || node >= units.length ? null : textAt(units[node] & 0x7FFFFFFF);
            }
        }
        return null;
    }

    private static int offset(int unit) {
        return (unit >>> 10) << ((unit & 0x200) >>> 6);
    }

    private @Nullable String textAt(int start) {
        if (start > replacements.length) {
            return null;
        }
        int end = start;
        while (end < replacements.length && replacements[end] != 0) {
            end++;
        }
        return new String(replacements, start, end - start, StandardCharsets.UTF_8);
    }
}
