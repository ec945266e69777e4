package dev.mens.tokenizer.decode;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// A run of byte tokens is text only as a whole, so it waits until the run ends.
final class ByteFallbackStage implements Stage {
    private final WholeTokens whole;
    private final Stage next;
    private final ByteArrayOutputStream run = new ByteArrayOutputStream();

    ByteFallbackStage(Stage next) {
        this.next = next;
        this.whole = new WholeTokens(next, (token, _, _) -> take(token));
    }

    @Override
    public void accept(String fragment, boolean ends) {
        whole.accept(fragment, ends);
    }

    private void take(String token) {
        int b = byteOf(token);
        if (b >= 0) {
            run.write(b);
            return;
        }
        endRun();
        next.accept(token, true);
    }

    private void endRun() {
        if (run.size() == 0) {
            return;
        }
        var bytes = run.toByteArray();
        run.reset();
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            next.accept(text.toString(), true);
        } catch (CharacterCodingException _) {
            for (int i = 0; i < bytes.length; i++) {
                next.accept("\uFFFD", true);
            }
        }
    }

    /// The byte of `<0x41>`, or -1. Rust's number parser takes a sign, too: `<0x+A>`.
    private static int byteOf(String token) {
        if (token.length() != 6 || !token.startsWith("<0x") || token.charAt(5) != '>') {
            return -1;
        }
        int low = hex(token.charAt(4));
        int high = token.charAt(3) == '+' ? 0 : hex(token.charAt(3));
        return high < 0 || low < 0 ? -1 : high * 16 + low;
    }

    private static int hex(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }

    @Override
    public void finish() {
        endRun();
        next.finish();
    }
}
