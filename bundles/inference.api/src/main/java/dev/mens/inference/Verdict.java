package dev.mens.inference;

/// Whether a backend can serve a model, with the reason either way.
public sealed interface Verdict {
    String reason();

    record Yes(String reason) implements Verdict {}

    record No(String reason) implements Verdict {}
}
