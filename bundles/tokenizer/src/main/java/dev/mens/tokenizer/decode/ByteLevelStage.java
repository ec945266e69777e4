package dev.mens.tokenizer.decode;

import dev.mens.tokenizer.text.ByteAlphabet;
import java.nio.charset.StandardCharsets;

final class ByteLevelStage implements Stage {
    private final WholeTokens whole;
    private final Stage next;
    private final Utf8 bytes = new Utf8();

    ByteLevelStage(Stage next) {
        this.next = next;
        this.whole = new WholeTokens(next, (token, _, _) -> take(token));
    }

    @Override
    public void accept(String fragment, boolean ends) {
        whole.accept(fragment, ends);
    }

    /// A token with a character that is no stand-in is text as it is.
    private void take(String token) {
        if (token.chars().allMatch(c -> ByteAlphabet.byteOf((char) c) >= 0)) {
            for (int i = 0; i < token.length(); i++) {
                bytes.add(ByteAlphabet.byteOf(token.charAt(i)));
            }
        } else {
            for (byte b : token.getBytes(StandardCharsets.UTF_8)) {
                bytes.add(b);
            }
        }
        var text = bytes.takeCertain();
        if (!text.isEmpty()) {
            next.accept(text, false);
        }
    }

    @Override
    public void finish() {
        next.accept(bytes.takeAll(), true);
        next.finish();
    }
}
