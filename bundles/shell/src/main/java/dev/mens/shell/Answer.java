package dev.mens.shell;

import dev.mens.inference.TokenEvent;
import dev.mens.inference.TokenStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Prints a stream as it comes, or collects it for JSON.
final class Answer {
    /// @param tokens with probabilities, if they were asked for
    record Generated(
            String model,
            String text,
            TokenEvent.Reason reason,
            TokenEvent.Usage usage,
            List<TokenEvent.Token> tokens) {}

    private final Caller caller;
    private final String model;
    private final boolean collect;
    private final StringBuilder text = new StringBuilder();
    private final List<TokenEvent.Token> tokens = new ArrayList<>();

    Answer(Caller caller, String model, boolean collect) {
        this.caller = caller;
        this.model = model;
        this.collect = collect;
    }

    /// The text so far.
    String text() {
        return text.toString();
    }

    /// @param progress closed at the first token
    /// @return what to print, if it was not streamed
    @Nullable Generated of(TokenStream stream, Progress progress)
            throws IOException, InterruptedException {
        boolean whole = false;
        try {
            while (true) {
                var event = stream.next();
                progress.close();
                switch (event) {
                    case TokenEvent.Token token -> {
                        emit(token.piece());
                        if (!token.alternatives().isEmpty()) {
                            tokens.add(token);
                        }
                    }
                    case TokenEvent.End end -> {
                        emit(end.piece());
                        whole = true;
                        return collect
                                ? new Generated(model, text(), end.reason(), end.usage(), tokens)
                                : null;
                    }
                }
            }
        } finally {
            progress.close();
            boolean begun = !text.isEmpty();
            if (!collect && (whole || begun)) {
                caller.out().println();
                caller.out().flush();
            }
        }
    }

    private void emit(String piece) {
        text.append(piece);
        if (!collect && !piece.isEmpty()) {
            caller.out().print(piece);
            caller.out().flush();
        }
    }
}
