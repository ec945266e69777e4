package dev.mens.tokenizer.model;

import dev.mens.tokenizer.text.IntSequence;

/// Turns one piece of text into ids. Thread-safe.
public sealed interface SubwordModel permits BytePairs, UnigramLattice, WordPieces, WholeWords {

    /// @param piece not empty
    /// @param out gets the ids
    /// @throws dev.mens.diagnostics.ProblemException vox/tokenizer/no-unknown-token
    void encode(String piece, IntSequence out);

    Vocabulary vocabulary();

    /// The first id that an added token may have.
    default int size() {
        return vocabulary().size();
    }
}
