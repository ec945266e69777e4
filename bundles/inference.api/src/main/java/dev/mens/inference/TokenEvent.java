package dev.mens.inference;

import java.time.Duration;
import java.util.List;

/// What a {@link TokenStream} yields: tokens, then one end.
public sealed interface TokenEvent {

    /// One generated token.
    ///
    /// @param piece text that became certain with it: whole characters, often empty while a
    ///     character or a possible stop string is incomplete
    /// @param logprob natural logarithm of its probability after all sampling rules but before the
    ///     draw; 0 unless logprobs were asked for
    /// @param alternatives the likeliest tokens, best first; empty unless asked for
    record Token(int id, String piece, float logprob, List<Alternative> alternatives)
            implements TokenEvent {
        public Token {
            alternatives = List.copyOf(alternatives);
        }
    }

    record Alternative(int id, String text, float logprob) {}

    /// @param piece text held back until the end
    record End(Reason reason, String piece, Usage usage) implements TokenEvent {}

    enum Reason {
        /// The model's own end token.
        END_TOKEN,
        /// One of the caller's stop strings.
        STOP_STRING,
        /// The caller's limit.
        MAX_TOKENS,
        /// No room is left in the model's context.
        CONTEXT_FULL,
        CANCELLED
    }

    /// @param prefill from the request to the first token
    /// @param decode from the first token to the last
    record Usage(int promptTokens, int generatedTokens, Duration prefill, Duration decode) {}
}
