package dev.mens.tokenizer.decode;

import org.jspecify.annotations.Nullable;

final class CtcStage implements Stage {
    private final WholeTokens whole;
    private @Nullable String last;

    CtcStage(TokenDecoder.Ctc decoder, Stage next) {
        this.whole =
                new WholeTokens(
                        next,
                        (token, _, out) -> {
                            if (token.equals(last)) {
                                return;
                            }
                            last = token;
                            var text = token.replace(decoder.pad(), "");
                            if (decoder.cleanup()) {
                                text = Cleanup.apply(text).replace(decoder.delimiter(), " ");
                            }
                            if (!text.isEmpty()) {
                                out.accept(text);
                            }
                        });
    }

    @Override
    public void accept(String fragment, boolean ends) {
        whole.accept(fragment, ends);
    }

    @Override
    public void finish() {
        whole.finish();
    }
}
