package dev.mens.tokenizer.sentencepiece;

import dev.mens.tokenizer.model.Vocabulary;
import dev.mens.tokenizer.sentencepiece.PieceModel.Piece;
import dev.mens.tokenizer.sentencepiece.PieceModel.Role;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The merges that a scored vocabulary implies: every way to make a piece of two others, best
/// pieces first.
final class Merges {
    private record Merge(String left, String right, float score, int leftId, int rightId) {
        int leftLength() {
            return left.codePointCount(0, left.length());
        }

        int rightLength() {
            return right.codePointCount(0, right.length());
        }
    }

    private Merges() {}

    static List<String[]> of(List<Piece> pieces, Vocabulary vocabulary) {
        var merges = new ArrayList<Merge>();
        for (var piece : pieces) {
            if (piece.role() == Role.NORMAL) {
                split(piece, vocabulary, merges);
            }
        }
        merges.sort(
                Comparator.comparingDouble(Merge::score)
                        .thenComparingInt(Merge::leftLength)
                        .thenComparingInt(Merge::rightLength)
                        .reversed());
        return merges.stream().map(merge -> new String[] {merge.left(), merge.right()}).toList();
    }

    private static void split(Piece piece, Vocabulary vocabulary, List<Merge> merges) {
        var local = new ArrayList<Merge>();
        var text = piece.text();
        for (int i = 1; i < text.length(); i++) {
            var left = text.substring(0, i);
            var right = text.substring(i);
            int leftId = vocabulary.id(left);
            int rightId = leftId < 0 ? -1 : vocabulary.id(right);
            if (rightId >= 0) {
                local.add(new Merge(left, right, piece.score(), leftId, rightId));
            }
        }
        local.sort(Comparator.comparingInt(Merge::leftId).thenComparingInt(Merge::rightId));
        merges.addAll(local);
    }
}
