package dev.mens.tokenizer.pipeline;

import dev.mens.tokenizer.model.SubwordModel;
import dev.mens.tokenizer.normalize.Normalizer;
import dev.mens.tokenizer.text.HfCharacters;
import dev.mens.tokenizer.text.Text;
import dev.mens.tokenizer.text.TokenFinder;
import dev.mens.tokenizer.text.Unicode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The added tokens of a tokenizer, which cut a text before the model does.
final class AddedTokens {

    /// Hears of the parts of a text: an id, or a piece of text.
    interface Parts {
        void text(int start, int end);

        void token(int id);
    }

    private final Map<Integer, AddedToken> byId = new HashMap<>();
    private final Map<String, Integer> ids = new HashMap<>();
    private final Map<Integer, String> normalizedForms = new HashMap<>();
    private final Set<String> special = new HashSet<>();
    private final @Nullable TokenFinder raw;
    private final @Nullable TokenFinder normalized;
    private int limit;

    AddedTokens(List<AddedToken> tokens, SubwordModel model, @Nullable Normalizer normalizer) {
        int next = model.size();
        for (var token : tokens) {
            if (token.content().isEmpty()) {
                continue;
            }
            Integer known = ids.get(token.content());
            if (known != null && token.equals(byId.get(known))) {
                continue;
            }
            int id = known != null ? known : model.vocabulary().id(token.content());
            if (id < 0) {
                id = next++;
            }
            add(id, token, normalizer);
        }
        raw = finder(false);
        normalized = finder(true);
    }

    private void add(int id, AddedToken token, @Nullable Normalizer normalizer) {
        if (token.normalized() && normalizer != null) {
            var form = normalizer.apply(token.content());
            if (!form.equals(token.content())) {
                normalizedForms.put(id, form);
            }
        }
        ids.put(token.content(), id);
        byId.put(id, token);
        if (token.special()) {
            special.add(token.content());
        }
        limit = Math.max(limit, id + 1);
    }

    private @Nullable TokenFinder finder(boolean normalizedOnes) {
        var patterns = new HashMap<String, Integer>();
        byId.forEach(
                (id, token) -> {
                    if (token.normalized() == normalizedOnes) {
                        patterns.put(normalizedForms.getOrDefault(id, token.content()), id);
                    }
                });
        patterns.remove("");
        return patterns.isEmpty() ? null : new TokenFinder(patterns);
    }

    int limit() {
        return limit;
    }

    @Nullable Integer id(String content) {
        return ids.get(content);
    }

    /// The content of an added token, or null.
    @Nullable String content(int id) {
        var token = byId.get(id);
        return token == null ? null : token.content();
    }

    /// What a decoder makes text of, or null.
    @Nullable String decoded(int id) {
        var form = normalizedForms.get(id);
        return form != null ? form : content(id);
    }

    boolean isSpecial(String token) {
        return special.contains(token);
    }

    /// Cuts a text that is not normalized yet.
    void cutRaw(String text, Parts parts) {
        cut(raw, text, parts);
    }

    void cutNormalized(Text text, Parts parts) {
        cut(normalized, text.value(), parts);
    }

    private void cut(@Nullable TokenFinder finder, String text, Parts parts) {
        if (finder == null) {
            if (!text.isEmpty()) {
                parts.text(0, text.length());
            }
            return;
        }
        // Two tokens may want the same white space; then the later one has it too, as in
        // HuggingFace, and `told` may even go back.
        int[] told = {0};
        finder.find(
                text,
                (matchStart, matchEnd, id) -> {
                    var token = byId.get(id);
                    if (token.singleWord() && !standsAlone(text, matchStart, matchEnd)) {
                        return;
                    }
                    int start = matchStart;
                    int end = matchEnd;
                    if (token.lstrip()) {
                        start = Math.max(skipSpaceBefore(text, start), told[0]);
                    }
                    if (token.rstrip()) {
                        end = skipSpaceAfter(text, end);
                    }
                    if (told[0] < start) {
                        parts.text(told[0], start);
                    }
                    if (start < end) {
                        parts.token(id);
                    }
                    told[0] = end;
                });
        if (told[0] != text.length()) {
            parts.text(told[0], text.length());
        }
    }

    private static boolean standsAlone(String text, int start, int end) {
        boolean before = start > 0 && HfCharacters.word().contains(text.codePointBefore(start));
        boolean after = end < text.length() && HfCharacters.word().contains(text.codePointAt(end));
        return !before && !after;
    }

    private static int skipSpaceBefore(String text, int start) {
        int at = start;
        while (at > 0 && Unicode.isSpace(text.charAt(at - 1))) {
            at--;
        }
        return at;
    }

    private static int skipSpaceAfter(String text, int end) {
        int at = end;
        while (at < text.length() && Unicode.isSpace(text.charAt(at))) {
            at++;
        }
        return at;
    }
}
