package dev.mens.tokenizer.decode;

/// Strips both ends of each token; holds back a tail that may be stripped.
final class StripStage implements Stage {
    private final TokenDecoder.Strip decoder;
    private final Stage next;
    private final StringBuilder waiting = new StringBuilder();
    private int startLeft;

    StripStage(TokenDecoder.Strip decoder, Stage next) {
        this.decoder = decoder;
        this.next = next;
        this.startLeft = decoder.start();
    }

    @Override
    public void accept(String fragment, boolean ends) {
        waiting.append(fragment);
        int size = Character.charCount(decoder.content());
        while (startLeft > 0 && !waiting.isEmpty()) {
            if (waiting.codePointAt(0) == decoder.content()) {
                waiting.delete(0, size);
                startLeft--;
            } else {
                startLeft = 0;
            }
        }
        int kept = waiting.length();
        for (int left = decoder.stop(); left > 0 && kept > 0; left--) {
            if (waiting.codePointBefore(kept) != decoder.content()) {
                break;
            }
            kept -= size;
        }
        if (ends || kept > 0) {
            next.accept(waiting.substring(0, kept), ends);
        }
        waiting.delete(0, ends ? waiting.length() : kept);
        if (ends) {
            startLeft = decoder.start();
        }
    }

    @Override
    public void finish() {
        next.finish();
    }
}
