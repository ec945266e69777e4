package dev.mens.tokenizer.pipeline;

import dev.mens.model.Tokenizer;
import dev.mens.tokenizer.decode.Outcome;
import dev.mens.tokenizer.decode.Stage;
import dev.mens.tokenizer.decode.TokenDecoder;
import dev.mens.tokenizer.model.SubwordModel;
import dev.mens.tokenizer.normalize.Normalizer;
import dev.mens.tokenizer.split.PreTokenizer;
import dev.mens.tokenizer.text.IntSequence;
import dev.mens.tokenizer.text.Text;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// HuggingFace's pipeline: added tokens, normalizer, pre-tokenizer, model, post-processor; and the
/// decoder back.
public final class HfTokenizer implements Tokenizer {

    /// The parts of a tokenizer; null where there is none.
    public record Parts(
            List<AddedToken> added,
            @Nullable Normalizer normalizer,
            @Nullable PreTokenizer preTokenizer,
            SubwordModel model,
            PostProcessor postProcessor,
            @Nullable TokenDecoder decoder) {}

    private final AddedTokens added;
    private final @Nullable Normalizer normalizer;
    private final @Nullable PreTokenizer preTokenizer;
    private final SubwordModel model;
    private final PostProcessor postProcessor;
    private final @Nullable TokenDecoder decoder;
    private final boolean asksForOrigin;

    public HfTokenizer(Parts parts) {
        this.normalizer = parts.normalizer();
        this.preTokenizer = parts.preTokenizer();
        this.model = parts.model();
        this.postProcessor = parts.postProcessor();
        this.decoder = parts.decoder();
        this.added = new AddedTokens(parts.added(), model, normalizer);
        this.asksForOrigin = preTokenizer != null && preTokenizer.asksForOrigin();
    }

    @Override
    public int[] encode(String text, boolean withSpecial) {
        var ids = new IntSequence(text.length() / 3 + 8);
        var whole = wellFormed(text);
        added.cutRaw(
                whole,
                new AddedTokens.Parts() {
                    @Override
                    public void text(int start, int end) {
                        encodeRaw(whole.substring(start, end), start == 0, ids);
                    }

                    @Override
                    public void token(int id) {
                        ids.add(id);
                    }
                });
        var parts = postProcessor.apply(List.of(ids.toArray()), withSpecial);
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        var all = new IntSequence(ids.size() + 4);
        parts.forEach(all::addAll);
        return all.toArray();
    }

    private void encodeRaw(String text, boolean first, IntSequence ids) {
        var value = normalizer == null ? text : normalizer.apply(text);
        var normalized = new Text(value, first && asksForOrigin ? origin(text) : 0);
        added.cutNormalized(
                normalized,
                new AddedTokens.Parts() {
                    @Override
                    public void text(int start, int end) {
                        encodePiece(normalized.slice(start, end), ids);
                    }

                    @Override
                    public void token(int id) {
                        ids.add(id);
                    }
                });
    }

    /// How much of the normalized text stands for the text's first character.
    private int origin(String text) {
        var first = text.substring(0, text.offsetByCodePoints(0, 1));
        return normalizer == null ? first.length() : normalizer.apply(first).length();
    }

    private void encodePiece(Text piece, IntSequence ids) {
        if (preTokenizer == null) {
            model.encode(piece.value(), ids);
        } else {
            preTokenizer.split(piece, part -> model.encode(part.value(), ids));
        }
    }

    /// Lone surrogates become U+FFFD.
    private static String wellFormed(String text) {
        int at = 0;
        while (at < text.length()) {
            int c = text.codePointAt(at);
            if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                var mended = new StringBuilder(text.length()).append(text, 0, at);
                text.substring(at)
                        .codePoints()
                        .forEach(
                                p ->
                                        mended.appendCodePoint(
                                                p >= Character.MIN_SURROGATE
                                                                && p <= Character.MAX_SURROGATE
                                                        ? 0xFFFD
                                                        : p));
                return mended.toString();
            }
            at += Character.charCount(c);
        }
        return text;
    }

    @Override
    public String decode(int[] ids, boolean skipSpecial) {
        var streaming = new Streaming(skipSpecial);
        for (int id : ids) {
            streaming.push(id);
        }
        return streaming.finish();
    }

    @Override
    public Decoder decoder(boolean skipSpecial) {
        return new Streaming(skipSpecial);
    }

    /// One chain of decoding stages.
    private final class Streaming implements Decoder {
        private final boolean skipSpecial;
        private final Outcome outcome;
        private final Stage first;

        Streaming(boolean skipSpecial) {
            this.skipSpecial = skipSpecial;
            this.outcome = new Outcome(decoder == null ? " " : "");
            this.first = decoder == null ? outcome : decoder.open(outcome);
        }

        void push(int id) {
            var token = decoded(id);
            if (token != null && !(skipSpecial && added.isSpecial(token))) {
                first.accept(token, true);
            }
        }

        @Override
        public String accept(int id) {
            push(id);
            return outcome.take();
        }

        @Override
        public String finish() {
            first.finish();
            return outcome.take();
        }
    }

    private @Nullable String decoded(int id) {
        var token = added.decoded(id);
        return token != null ? token : model.vocabulary().token(id);
    }

    @Override
    public int vocabularySize() {
        return Math.max(model.vocabulary().limit(), added.limit());
    }

    @Override
    public OptionalInt id(String token) {
        Integer known = added.id(token);
        int id = known != null ? known : model.vocabulary().id(token);
        return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
    }

    @Override
    public String token(int id) {
        var content = added.content(id);
        var token = content != null ? content : model.vocabulary().token(id);
        return token == null ? "" : token;
    }

    @Override
    public boolean isSpecial(int id) {
        var token = decoded(id);
        return token != null && added.isSpecial(token);
    }
}
