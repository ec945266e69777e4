package dev.mens.tokenizer.decode;

import dev.mens.tokenizer.regex.Regex;
import java.util.List;

/// How tokens become text again.
public sealed interface TokenDecoder {

    /// A new stage that passes on what it makes of the tokens that it hears.
    Stage open(Stage next);

    /// One after the other.
    record Chain(List<TokenDecoder> links) implements TokenDecoder {
        @Override
        public Stage open(Stage next) {
            var stage = next;
            for (int i = links.size() - 1; i >= 0; i--) {
                stage = links.get(i).open(stage);
            }
            return stage;
        }
    }

    /// Stand-ins back to bytes, bytes to text: one long token.
    record ByteLevel() implements TokenDecoder {
        @Override
        public Stage open(Stage next) {
            return new ByteLevelStage(next);
        }
    }

    /// `<0x41>` to bytes; a run of them that is not UTF-8 becomes as many U+FFFD.
    record ByteFallback() implements TokenDecoder {
        @Override
        public Stage open(Stage next) {
            return new ByteFallbackStage(next);
        }
    }

    /// All tokens as one.
    record Fuse() implements TokenDecoder {
        @Override
        public Stage open(Stage next) {
            return new FuseStage(next);
        }
    }

    /// Takes up to so many of one character off each token's ends.
    record Strip(int content, int start, int stop) implements TokenDecoder {
        @Override
        public Stage open(Stage next) {
            return new StripStage(this, next);
        }
    }

    record ReplaceText(String pattern, String content) implements TokenDecoder {
        @Override
        public Stage open(Stage next) {
            return new ReplaceStage(this, next);
        }
    }

    record Replace(Regex pattern, String content) implements TokenDecoder {
        @Override
        public Stage open(Stage next) {
            return new WholeTokens(
                    next,
                    (token, _, out) -> {
                        var text = new StringBuilder();
                        pattern.scan(
                                token,
                                (start, end, match) ->
                                        text.append(match ? content : token.substring(start, end)));
                        out.accept(text.toString());
                    });
        }
    }

    /// The visible space back to a space; dropped from the first token if it was added.
    record Metaspace(char replacement, boolean dropsFirst) implements TokenDecoder {
        @Override
        public Stage open(Stage next) {
            return new MetaspaceStage(this, next);
        }
    }

    /// A space before each token that does not continue a word.
    record WordPiece(String prefix, boolean cleanup) implements TokenDecoder {
        @Override
        public Stage open(Stage next) {
            return new WholeTokens(
                    next,
                    (token, index, out) -> {
                        var text = token;
                        if (index > 0) {
                            text =
                                    token.startsWith(prefix)
                                            ? token.substring(prefix.length())
                                            : " " + token;
                        }
                        out.accept(cleanup ? Cleanup.apply(text) : text);
                    });
        }
    }

    /// The suffix of a word's last token to a space, except at the end.
    record WordEnd(String suffix) implements TokenDecoder {
        @Override
        public Stage open(Stage next) {
            return new WordEndStage(suffix, next);
        }
    }

    /// Collapses repeats and drops padding, as speech models need.
    record Ctc(String pad, String delimiter, boolean cleanup) implements TokenDecoder {
        @Override
        public Stage open(Stage next) {
            return new CtcStage(this, next);
        }
    }
}
