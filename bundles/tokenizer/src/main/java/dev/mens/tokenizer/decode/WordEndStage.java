package dev.mens.tokenizer.decode;

import org.jspecify.annotations.Nullable;

/// Holds one token back, because only the last one is treated differently.
final class WordEndStage implements Stage {
    private final String suffix;
    private final WholeTokens whole;
    private final Stage next;
    private @Nullable String last;

    WordEndStage(String suffix, Stage next) {
        this.suffix = suffix;
        this.next = next;
        this.whole =
                new WholeTokens(
                        next,
                        (token, _, out) -> {
                            if (last != null) {
                                out.accept(last.replace(suffix, " "));
                            }
                            last = token;
                        });
    }

    @Override
    public void accept(String fragment, boolean ends) {
        whole.accept(fragment, ends);
    }

    @Override
    public void finish() {
        if (last != null) {
            next.accept(last.replace(suffix, ""), true);
        }
        next.finish();
    }
}
