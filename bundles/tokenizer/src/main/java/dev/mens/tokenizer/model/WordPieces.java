package dev.mens.tokenizer.model;

import dev.mens.tokenizer.text.IntSequence;
import dev.mens.tokenizer.text.Trie;

/// BERT's word pieces: the longest token that fits, from left to right; all or nothing.
public final class WordPieces implements SubwordModel {
    private final Vocabulary vocabulary;
    private final String unknown;
    private final Trie tokens;

    /// Where the trie goes on inside a word.
    private final int inside;

    private final int maxCharsPerWord;

    public WordPieces(Vocabulary vocabulary, String unknown, String prefix, int maxCharsPerWord) {
        this.vocabulary = vocabulary;
        this.unknown = unknown;
        this.maxCharsPerWord = maxCharsPerWord;
        this.tokens = new Trie(vocabulary.limit() * 4);
        for (int id = 0; id < vocabulary.limit(); id++) {
            var token = vocabulary.token(id);
            if (token != null && vocabulary.id(token) == id) {
                tokens.put(token, id);
            }
        }
        this.inside = tokens.walk(prefix);
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    @Override
    public void encode(String piece, IntSequence out) {
        int before = out.size();
        int length = piece.length();
        boolean fits =
                length <= maxCharsPerWord || piece.codePointCount(0, length) <= maxCharsPerWord;
        int at = 0;
        while (fits && at < length) {
            int node = at == 0 ? Trie.ROOT : inside;
            int id = Trie.NONE;
            int end = at;
            for (int i = at; i < length && node != Trie.NONE; i++) {
                node = tokens.step(node, piece.charAt(i));
                if (node != Trie.NONE && tokens.value(node) >= 0) {
                    id = tokens.value(node);
                    end = i + 1;
                }
            }
            fits = id >= 0;
            if (fits) {
                out.add(id);
                at = end;
            }
        }
        if (!fits) {
            out.truncate(before);
            out.add(WholeWords.unknownId(vocabulary, unknown, piece));
        }
    }
}
