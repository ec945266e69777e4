package dev.mens.tokenizer.decode;

/// Joins all tokens into one, which there always is, even if it is empty.
final class FuseStage implements Stage {
    private final Stage next;

    FuseStage(Stage next) {
        this.next = next;
    }

    @Override
    public void accept(String fragment, boolean ends) {
        if (!fragment.isEmpty()) {
            next.accept(fragment, false);
        }
    }

    @Override
    public void finish() {
        next.accept("", true);
        next.finish();
    }
}
