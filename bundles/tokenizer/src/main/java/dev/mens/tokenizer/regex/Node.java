package dev.mens.tokenizer.regex;

import dev.mens.tokenizer.text.CharSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A parsed pattern.
sealed interface Node {

    record Empty() implements Node {}

    record One(CharSet set) implements Node {}

    record Sequence(List<Node> parts) implements Node {}

    /// The first branch that lets the rest match wins.
    record Choice(List<Node> branches) implements Node {}

    /// @param max {@link #UNBOUNDED} for no limit
    record Repeat(Node body, int min, int max, Greed greed) implements Node {}

    /// What matched inside is never given back.
    record Atomic(Node body) implements Node {}

    record Look(Node body, boolean ahead, boolean negative) implements Node {}

    record Boundary(Place place) implements Node {}

    enum Greed {
        GREEDY,
        LAZY,
        POSSESSIVE
    }

    enum Place {
        TEXT_START,
        TEXT_END,
        /// Before a final line feed, too.
        TEXT_END_LINE,
        LINE_START,
        LINE_END,
        WORD_EDGE,
        NOT_WORD_EDGE
    }

    int UNBOUNDED = -1;

    /// Whether this can match without consuming anything.
    default boolean nullable() {
        return switch (this) {
            case Empty _, Look _, Boundary _ -> true;
            case One _ -> false;
            case Sequence(var parts) -> parts.stream().allMatch(Node::nullable);
            case Choice(var branches) -> branches.stream().anyMatch(Node::nullable);
            case Repeat(var body, var min, _, _) -> min == 0 || body.nullable();
            case Atomic(var body) -> body.nullable();
        };
    }

    /// The code points with which a match can start, or null if any, or none at all, may do.
    default @Nullable CharSet first() {
        return switch (this) {
            case Empty _, Look _, Boundary _ -> null;
            case One(var set) -> set;
            case Sequence(var parts) -> firstOf(parts);
            case Choice(var branches) -> {
                CharSet all = CharSet.of();
                for (var branch : branches) {
                    var first = branch.first();
                    if (first == null) {
                        yield null;
                    }
                    all = all.union(first);
                }
                yield all;
            }
            case Repeat(var body, var min, _, _) -> min == 0 ? null : body.first();
            case Atomic(var body) -> body.first();
        };
    }

    private static @Nullable CharSet firstOf(List<Node> parts) {
        CharSet all = CharSet.of();
        for (var part : parts) {
            var optional =
                    part instanceof Repeat(var body, var min, _, _) && min == 0 ? body : null;
            var first = optional == null ? part.first() : optional.first();
            if (first == null) {
                return null;
            }
            all = all.union(first);
            if (optional == null && !part.nullable()) {
                return all;
            }
        }
        return null;
    }
}
