package dev.mens.bench;

import dev.mens.inference.TokenEvent;
import dev.mens.inference.TokenStream;
import java.time.Duration;
import java.util.List;

/// A second for the prompt, half a second for the rest.
final class FakeStream implements TokenStream {
    private final int tokens;
    private int given;

    FakeStream(int tokens) {
        this.tokens = tokens;
    }

    @Override
    public TokenEvent next() {
        if (given < tokens) {
            return new TokenEvent.Token(given++, "", 0, List.of());
        }
        var usage = new TokenEvent.Usage(1, tokens, Duration.ofSeconds(1), Duration.ofMillis(500));
        return new TokenEvent.End(TokenEvent.Reason.MAX_TOKENS, "", usage);
    }

    @Override
    public void close() {}
}
