package dev.mens.tokenizer.decode;

/// Replaces a string in each token; holds back what may become the string.
final class ReplaceStage implements Stage {
    private final String pattern;
    private final String content;
    private final Stage next;
    private final StringBuilder waiting = new StringBuilder();

    ReplaceStage(TokenDecoder.ReplaceText decoder, Stage next) {
        this.pattern = decoder.pattern();
        this.content = decoder.content();
        this.next = next;
    }

    @Override
    public void accept(String fragment, boolean ends) {
        if (ends && waiting.isEmpty()) {
            next.accept(fragment.replace(pattern, content), true);
            return;
        }
        var text = waiting.append(fragment).toString();
        waiting.setLength(0);
        var out = new StringBuilder();
        int from = 0;
        for (int hit = text.indexOf(pattern); hit >= 0; hit = text.indexOf(pattern, from)) {
            out.append(text, from, hit).append(content);
            from = hit + pattern.length();
        }
        int certain = ends ? text.length() : Math.max(from, certainUntil(text, from));
        out.append(text, from, certain);
        waiting.append(text, certain, text.length());
        if (ends || !out.isEmpty()) {
            next.accept(out.toString(), ends);
        }
    }

    /// Where the longest tail starts that is a beginning of the pattern.
    private int certainUntil(String text, int from) {
        int start = Math.max(from, text.length() - pattern.length() + 1);
        while (start < text.length() && !pattern.startsWith(text.substring(start))) {
            start++;
        }
        return start;
    }

    @Override
    public void finish() {
        next.finish();
    }
}
