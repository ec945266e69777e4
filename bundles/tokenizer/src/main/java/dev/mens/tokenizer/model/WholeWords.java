package dev.mens.tokenizer.model;

import dev.mens.tokenizer.text.IntSequence;
import dev.mens.tokenizer.text.TokenizerProblem;

/// One id for each whole piece.
public final class WholeWords implements SubwordModel {
    private final Vocabulary vocabulary;
    private final String unknown;

    public WholeWords(Vocabulary vocabulary, String unknown) {
        this.vocabulary = vocabulary;
        this.unknown = unknown;
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    @Override
    public void encode(String piece, IntSequence out) {
        int id = vocabulary.id(piece);
        out.add(id >= 0 ? id : unknownId(vocabulary, unknown, piece));
    }

    static int unknownId(Vocabulary vocabulary, String unknown, String piece) {
        int id = vocabulary.id(unknown);
        if (id < 0) {
            var shown = piece.length() > 40 ? piece.substring(0, 40) + "…" : piece;
            throw TokenizerProblem.NO_UNKNOWN_TOKEN.with(shown);
        }
        return id;
    }
}
