package dev.mens.tokenizer.decode;

/// The last stage: tokens as text, with a separator between them.
public final class Outcome implements Stage {
    private final StringBuilder text = new StringBuilder();
    private final String separator;
    private boolean between;

    /// @param separator empty where a decoder has set all spaces
    public Outcome(String separator) {
        this.separator = separator;
    }

    @Override
    public void accept(String fragment, boolean ends) {
        if (between) {
            text.append(separator);
            between = false;
        }
        text.append(fragment);
        between = ends;
    }

    @Override
    public void finish() {
        // What is there is all.
    }

    /// The text since the last call.
    public String take() {
        var taken = text.toString();
        text.setLength(0);
        return taken;
    }
}
