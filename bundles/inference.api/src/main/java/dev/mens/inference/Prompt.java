package dev.mens.inference;

import dev.mens.model.Conversation;
import java.util.List;

/// What to continue.
///
/// @param continued tokens already generated for this prompt, elsewhere: the stream goes on
///     after them and does not repeat them. Sampling, stop strings, limits and usage count them.
public record Prompt(Input input, List<Integer> continued) {
    public Prompt {
        continued = List.copyOf(continued);
    }

    public static Prompt of(String text) {
        return new Prompt(new Text(text), List.of());
    }

    public static Prompt of(Conversation conversation) {
        return new Prompt(new Chat(conversation), List.of());
    }

    public Prompt after(List<Integer> generated) {
        return new Prompt(input, generated);
    }

    public sealed interface Input {}

    /// Plain text; the tokenizer adds its begin token.
    public record Text(String text) implements Input {}

    /// A conversation, rendered by the model's chat template.
    public record Chat(Conversation conversation) implements Input {}

    /// Token ids as they are.
    public record Tokens(List<Integer> ids) implements Input {
        public Tokens {
            ids = List.copyOf(ids);
        }
    }
}
