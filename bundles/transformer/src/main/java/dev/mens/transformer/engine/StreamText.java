package dev.mens.transformer.engine;

import dev.mens.model.Tokenizer;
import java.util.List;

/// Text of one stream, token by token: whole characters, nothing of a stop string.
final class StreamText {
    private final Tokenizer.Decoder decoder;
    private final StopStrings stops;

    StreamText(Tokenizer tokenizer, List<String> stops) {
        this.decoder = tokenizer.decoder(true);
        this.stops = new StopStrings(stops);
    }

    String accept(int id) {
        return stops.accept(decoder.accept(id));
    }

    boolean stopped() {
        return stops.matched();
    }

    /// What was held back. Incomplete characters may still complete a stop string.
    String finish() {
        return stops.accept(decoder.finish()) + stops.finish();
    }
}
