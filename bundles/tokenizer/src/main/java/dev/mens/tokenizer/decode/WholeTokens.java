package dev.mens.tokenizer.decode;

import java.util.function.Consumer;

/// A stage that must see each token whole.
final class WholeTokens implements Stage {
    interface Rewrite {
        /// @param index how many tokens came before
        /// @param out hears of the tokens that this one becomes
        void apply(String token, int index, Consumer<String> out);
    }

    private final Stage next;
    private final Rewrite rewrite;
    private final StringBuilder waiting = new StringBuilder();
    private int index;

    WholeTokens(Stage next, Rewrite rewrite) {
        this.next = next;
        this.rewrite = rewrite;
    }

    @Override
    public void accept(String fragment, boolean ends) {
        if (!ends) {
            waiting.append(fragment);
            return;
        }
        var token = fragment;
        if (!waiting.isEmpty()) {
            token = waiting.append(fragment).toString();
            waiting.setLength(0);
        }
        rewrite.apply(token, index++, text -> next.accept(text, true));
    }

    @Override
    public void finish() {
        next.finish();
    }
}
