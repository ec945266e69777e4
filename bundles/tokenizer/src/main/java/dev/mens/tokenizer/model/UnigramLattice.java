package dev.mens.tokenizer.model;

import dev.mens.tokenizer.text.IntSequence;
import dev.mens.tokenizer.text.TokenizerProblem;
import dev.mens.tokenizer.text.Trie;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// SentencePiece's unigram model: the segmentation with the best sum of scores (Viterbi).
///
/// @see <a href="https://arxiv.org/abs/1804.10959">Kudo 2018, section 3.2</a>
public final class UnigramLattice implements SubwordModel {
    private static final double UNKNOWN_PENALTY = 10;

    private final Vocabulary vocabulary;
    private final double[] scores;
    private final Trie pieces;
    private final int unknown;
    private final double unknownScore;
    private final boolean byteFallback;
    private final int[] byteTokens;
    private final WordCache cache = new WordCache();

    /// @param scores by id
    /// @param unknown its id, or {@link Vocabulary#NONE}
    public UnigramLattice(
            Vocabulary vocabulary, double[] scores, int unknown, boolean byteFallback) {
        this.vocabulary = vocabulary;
        this.scores = scores;
        this.unknown = unknown;
        this.byteFallback = byteFallback;
        this.byteTokens = vocabulary.byteTokens();
        this.pieces = new Trie(scores.length * 4);
        for (int id = 0; id < scores.length; id++) {
            var token = vocabulary.token(id);
            if (token != null && !token.isEmpty()) {
                pieces.put(token, id);
            }
        }
        this.unknownScore =
                Arrays.stream(scores).min().orElse(Double.POSITIVE_INFINITY) - UNKNOWN_PENALTY;
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    /// A piece that is there twice counts twice.
    @Override
    public int size() {
        return scores.length;
    }

    @Override
    public void encode(String piece, IntSequence out) {
        var known = cache.get(piece);
        if (known == null) {
            var ids = new IntSequence();
            segment(piece, ids);
            known = ids.toArray();
            cache.put(piece, known);
        }
        out.addAll(known);
    }

    private void segment(String text, IntSequence out) {
        int length = text.length();
        var best = new double[length + 1];
        var starts = new int[length + 1];
        var ids = new int[length + 1];
        Arrays.fill(starts, -1);
        for (int at = 0; at < length; ) {
            int next = at + Character.charCount(text.codePointAt(at));
            boolean single = false;
            int node = Trie.ROOT;
            for (int end = at; end < length; end++) {
                node = pieces.step(node, text.charAt(end));
                if (node == Trie.NONE) {
                    break;
                }
                int id = pieces.value(node);
                if (id >= 0) {
                    relax(best, starts, ids, at, end + 1, scores[id], id);
                    single |= end + 1 == next;
                }
            }
            if (!single) {
                relax(best, starts, ids, at, next, unknownScore, unknown);
                if (ids[next] < 0) {
                    throw TokenizerProblem.NO_UNKNOWN_TOKEN.with(text.substring(at, next));
                }
            }
            at = next;
        }
        emit(text, starts, ids, out);
    }

    private static void relax(
            double[] best, int[] starts, int[] ids, int at, int end, double score, int id) {
        double candidate = score + best[at];
        if (starts[end] < 0 || candidate > best[end]) {
            best[end] = candidate;
            starts[end] = at;
            ids[end] = id;
        }
    }

    /// Follows the best path backwards; unknown neighbours are one.
    private void emit(String text, int[] starts, int[] ids, IntSequence out) {
        var cuts = new IntSequence();
        for (int end = text.length(); end > 0; end = starts[end]) {
            cuts.add(end);
        }
        int from = 0;
        for (int i = cuts.size() - 1; i >= 0; i--) {
            int end = cuts.get(i);
            if (ids[end] != unknown) {
                out.add(idOf(text.substring(from, end)));
                from = end;
            } else if (i == 0 || ids[cuts.get(i - 1)] != unknown) {
                spell(text.substring(from, end), out);
                from = end;
            }
        }
    }

    private int idOf(String token) {
        return vocabulary.id(token);
    }

    private void spell(String unknowns, IntSequence out) {
        int id = vocabulary.id(unknowns);
        if (id >= 0) {
            out.add(id);
            return;
        }
        if (byteFallback) {
            byte[] bytes = unknowns.getBytes(StandardCharsets.UTF_8);
            boolean all = true;
            for (byte b : bytes) {
                all &= byteTokens[b & 0xFF] >= 0;
            }
            if (all) {
                for (byte b : bytes) {
                    out.add(byteTokens[b & 0xFF]);
                }
                return;
            }
        }
        if (unknown < 0) {
            throw TokenizerProblem.NO_UNKNOWN_TOKEN.with(unknowns);
        }
        out.add(unknown);
    }
}
