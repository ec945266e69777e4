package dev.mens.formats.gguf;

import dev.mens.formats.FormatProblem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// SentencePiece's BPE as tokenizer.json says it.
final class SentencePieceParts {
    private static final String SPACE = "▁";

    /// Longer pieces are no product of merging, and would take quadratic time.
    private static final int LONGEST_PIECE = 128;

    /// The largest vocabulary known, of 260 000 pieces, has 600 000.
    private static final int MAX_MERGES = 2_000_000;

    /// Characters of pieces that are tried as the place of a split.
    private static final long MAX_WORK = 20_000_000;

    private SentencePieceParts() {}

    static Map<String, Object> normalizer(boolean prefixed) {
        var replace = replace(" ", SPACE);
        if (!prefixed) {
            return replace;
        }
        var prepend = new LinkedHashMap<String, Object>();
        prepend.put("type", "Prepend");
        prepend.put("prepend", SPACE);
        return sequence("normalizers", List.of(prepend, replace));
    }

    static Map<String, Object> decoder(boolean prefixed) {
        var decoders = new ArrayList<Object>();
        decoders.add(replace(SPACE, " "));
        decoders.add(Map.of("type", "ByteFallback"));
        decoders.add(Map.of("type", "Fuse"));
        if (prefixed) {
            var strip = new LinkedHashMap<String, Object>();
            strip.put("type", "Strip");
            strip.put("content", " ");
            strip.put("start", 1);
            strip.put("stop", 0);
            decoders.add(strip);
        }
        return sequence("decoders", decoders);
    }

    private record Merge(String left, String right, double score) {}

    /// Every way to make a piece of two pieces, best score first; among equals the longer left
    /// and then the longer right part first, as transformers' converter sorts them.
    static List<List<String>> merges(
            List<String> tokens, Map<String, Integer> vocabulary, double[] scores) {
        var merges = new ArrayList<Merge>();
        long work = 0;
        for (int id = 0; id < tokens.size(); id++) {
            var piece = tokens.get(id);
            if (piece.length() <= LONGEST_PIECE) {
                work += piece.length();
                merges.addAll(splits(piece, vocabulary, id < scores.length ? scores[id] : -id));
            }
            if (merges.size() > MAX_MERGES || work > MAX_WORK) {
                throw FormatProblem.GGUF_LIMIT.with(
                        "the vocabulary", "more ways to merge its pieces", MAX_MERGES);
            }
        }
        merges.sort(
                Comparator.comparingDouble((Merge merge) -> -merge.score())
                        .thenComparingInt(merge -> -length(merge.left()))
                        .thenComparingInt(merge -> -length(merge.right())));
        return merges.stream().map(merge -> List.of(merge.left(), merge.right())).toList();
    }

    private static List<Merge> splits(String piece, Map<String, Integer> vocabulary, double score) {
        var splits = new ArrayList<Merge>();
        for (int at = 1; at < piece.length(); at++) {
            var left = piece.substring(0, at);
            var right = piece.substring(at);
            if (vocabulary.containsKey(left) && vocabulary.containsKey(right)) {
                splits.add(new Merge(left, right, score));
            }
        }
        splits.sort(
                Comparator.comparingInt((Merge merge) -> vocabulary.get(merge.left()))
                        .thenComparingInt(merge -> vocabulary.get(merge.right())));
        return splits;
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    private static Map<String, Object> replace(String from, String to) {
        var json = new LinkedHashMap<String, Object>();
        json.put("type", "Replace");
        json.put("pattern", Map.of("String", from));
        json.put("content", to);
        return json;
    }

    private static Map<String, Object> sequence(String key, List<?> parts) {
        var json = new LinkedHashMap<String, Object>();
        json.put("type", "Sequence");
        json.put(key, parts);
        return json;
    }
}
