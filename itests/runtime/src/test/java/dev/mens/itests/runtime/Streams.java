package dev.mens.itests.runtime;

import dev.mens.inference.Dispatcher;
import dev.mens.inference.Prompt;
import dev.mens.inference.SamplingParams;
import dev.mens.inference.TokenEvent;
import dev.mens.model.Model;
import java.io.IOException;
import java.util.List;

/// Greedy streams of one model, as long as asked for.
record Streams(Dispatcher dispatcher, Model model) {
    static final List<String> PROMPTS =
            List.of(
                    "Once upon a time",
                    "The little dog",
                    "One day a girl",
                    "In the forest",
                    "The old man",
                    "A boat on the sea",
                    "My friend and I",
                    "There was a king");

    /// What happens at each token of a running stream.
    interface Listener {
        void token(int count) throws InterruptedException;
    }

    String text(String prompt, int tokens) throws IOException, InterruptedException {
        return text(prompt, tokens, _ -> {});
    }

    String text(String prompt, int tokens, Listener listener)
            throws IOException, InterruptedException {
        var sampling =
                SamplingParams.builder().temperature(0).maxTokens(tokens).ignoreEnd(true).build();
        var text = new StringBuilder();
        int count = 0;
        try (var stream = dispatcher.submit(model, Prompt.of(prompt), sampling)) {
            while (true) {
                switch (stream.next()) {
                    case TokenEvent.Token token -> {
                        text.append(token.piece());
                        listener.token(++count);
                    }
                    case TokenEvent.End end -> {
                        var usage = end.usage();
                        return text.append(end.piece())
                                + "|%s after %d of %d"
                                        .formatted(end.reason(), usage.generatedTokens(), count);
                    }
                }
            }
        }
    }
}
