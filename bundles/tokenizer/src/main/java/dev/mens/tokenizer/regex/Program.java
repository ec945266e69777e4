package dev.mens.tokenizer.regex;

import dev.mens.tokenizer.regex.Node.Greed;
import dev.mens.tokenizer.regex.Node.Place;
import dev.mens.tokenizer.text.CharSet;
import dev.mens.tokenizer.text.IntSequence;
import dev.mens.tokenizer.text.TokenizerProblem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A pattern as instructions for {@link Matcher}.
///
/// @param memos how many instructions remember the places from which they have failed
/// @param first what a match can start with, or null
record Program(
        String source,
        int[] code,
        CharSet[] sets,
        Place[] places,
        int memos,
        @Nullable CharSet first) {
    /// `SET set`: one code point of a set.
    static final int SET = 0;

    /// `LOOP set memo`: as many as possible, giving back one by one.
    static final int LOOP = 1;

    /// `RUN set`: as many as possible, giving back none.
    static final int RUN = 2;

    /// `SPLIT x y memo firstX firstY exit`: x, and if that fails y; if a turn of this loop can
    /// be empty, then `exit` says which of them leaves the loop, 1 or 2, or else it is 0.
    static final int SPLIT = 3;

    /// `JUMP x`.
    static final int JUMP = 4;

    /// `AT place`.
    static final int AT = 5;

    /// `LOOK next negative`, then a body that ends in END.
    static final int LOOK = 6;

    /// `BEHIND next negative length`, then a body that ends in END.
    static final int BEHIND = 7;

    /// `ATOMIC next`, then a body that ends in END.
    static final int ATOMIC = 8;

    static final int END = 9;

    private static final int MAX_CODE = 50_000;

    static Program compile(String source) {
        var node = new RegexParser(source).parse();
        var emitter = new Emitter(source);
        emitter.emit(node);
        emitter.code.add(END);
        return new Program(
                source,
                emitter.code.toArray(),
                emitter.sets.toArray(CharSet[]::new),
                emitter.places.toArray(Place[]::new),
                emitter.memos,
                node.first());
    }

    private static final class Emitter {
        private final String source;
        private final IntSequence code = new IntSequence();
        private final List<CharSet> sets = new ArrayList<>();
        private final List<Place> places = new ArrayList<>();
        private int memos;

        Emitter(String source) {
            this.source = source;
        }

        void emit(Node node) {
            if (code.size() > MAX_CODE) {
                throw TokenizerProblem.TOO_LARGE.with(
                        "the pattern \"" + source + "\"", "it unfolds to too many steps");
            }
            switch (node) {
                case Node.Empty _ -> {}
                case Node.One(var set) -> add(SET, set(set));
                case Node.Sequence(var parts) -> parts.forEach(this::emit);
                case Node.Choice(var branches) -> choice(branches);
                case Node.Repeat repeat -> repeat(repeat);
                case Node.Atomic(var body) -> sub(body, ATOMIC, 0);
                case Node.Look(var body, var ahead, var negative) -> look(body, ahead, negative);
                case Node.Boundary(var place) -> {
                    places.add(place);
                    add(AT, places.size() - 1);
                }
            }
        }

        private void choice(List<Node> branches) {
            var ends = new IntSequence();
            for (int i = 0; i < branches.size() - 1; i++) {
                var rest = new Node.Choice(branches.subList(i + 1, branches.size()));
                int split = split(branches.get(i).first(), rest.first(), 0);
                code.set(split + 1, code.size());
                emit(branches.get(i));
                add(JUMP, 0);
                ends.add(code.size() - 1);
                code.set(split + 2, code.size());
            }
            emit(branches.getLast());
            for (int i = 0; i < ends.size(); i++) {
                code.set(ends.get(i), code.size());
            }
        }

        private void repeat(Node.Repeat repeat) {
            var body = repeat.body();
            if (repeat.greed() == Greed.POSSESSIVE && !(body instanceof Node.One)) {
                var greedy = new Node.Repeat(body, repeat.min(), repeat.max(), Greed.GREEDY);
                sub(greedy, ATOMIC, 0);
                return;
            }
            for (int i = 0; i < repeat.min(); i++) {
                emit(body);
            }
            if (repeat.max() == Node.UNBOUNDED) {
                star(body, repeat.greed());
            } else if (repeat.greed() == Greed.POSSESSIVE) {
                var rest = new Node.Repeat(body, 0, repeat.max() - repeat.min(), Greed.GREEDY);
                sub(rest, ATOMIC, 0);
            } else {
                optionals(body, repeat.max() - repeat.min(), repeat.greed() == Greed.LAZY);
            }
        }

        private void star(Node body, Greed greed) {
            if (body instanceof Node.One(var set) && greed != Greed.LAZY) {
                if (greed == Greed.POSSESSIVE) {
                    add(RUN, set(set));
                } else {
                    add(LOOP, set(set), memos++);
                }
                return;
            }
            int exit = greed == Greed.LAZY ? 1 : 2;
            var first = greed == Greed.LAZY ? null : body.first();
            int split = split(first, null, body.nullable() ? exit : 0);
            code.set(split + (greed == Greed.LAZY ? 2 : 1), code.size());
            emit(body);
            add(JUMP, split);
            code.set(split + (greed == Greed.LAZY ? 1 : 2), code.size());
        }

        private void optionals(Node body, int count, boolean lazy) {
            var splits = new IntSequence();
            for (int i = 0; i < count; i++) {
                int split = split(lazy ? null : body.first(), null, 0);
                splits.add(split);
                code.set(split + (lazy ? 2 : 1), code.size());
                emit(body);
            }
            for (int i = 0; i < splits.size(); i++) {
                code.set(splits.get(i) + (lazy ? 1 : 2), code.size());
            }
        }

        private int split(@Nullable CharSet firstX, @Nullable CharSet firstY, int exit) {
            int at = code.size();
            add(SPLIT, 0, 0, memos++);
            add(firstX == null ? -1 : set(firstX), firstY == null ? -1 : set(firstY), exit);
            return at;
        }

        private void sub(Node body, int opcode, int negative) {
            int at = code.size();
            add(opcode, 0);
            if (opcode == LOOK) {
                code.add(negative);
            }
            emit(body);
            code.add(END);
            code.set(at + 1, code.size());
        }

        private void look(Node body, boolean ahead, boolean negative) {
            if (ahead) {
                sub(body, LOOK, negative ? 1 : 0);
                return;
            }
            var branches = body instanceof Node.Choice(var all) ? all : List.of(body);
            if (negative) {
                branches.forEach(branch -> behind(branch, true));
            } else if (branches.size() == 1) {
                behind(branches.getFirst(), false);
            } else {
                choice(
                        branches.stream()
                                .<Node>map(branch -> new Node.Look(branch, false, false))
                                .toList());
            }
        }

        private void behind(Node body, boolean negative) {
            int at = code.size();
            add(BEHIND, 0, negative ? 1 : 0, length(body));
            emit(body);
            code.add(END);
            code.set(at + 1, code.size());
        }

        /// Code points that every match of this has.
        private int length(Node node) {
            return switch (node) {
                case Node.Empty _, Node.Look _, Node.Boundary _ -> 0;
                case Node.One _ -> 1;
                case Node.Atomic(var body) -> length(body);
                case Node.Sequence(var parts) -> parts.stream().mapToInt(this::length).sum();
                case Node.Choice(var branches) -> {
                    int length = length(branches.getFirst());
                    for (var branch : branches) {
                        if (length(branch) != length) {
                            throw variable();
                        }
                    }
                    yield length;
                }
                case Node.Repeat(var body, var min, var max, _) -> {
                    if (min != max) {
                        throw variable();
                    }
                    yield min * length(body);
                }
            };
        }

        private RuntimeException variable() {
            return TokenizerProblem.UNSUPPORTED.with(
                    "the pattern \"" + source + "\"", "a look-behind of variable length");
        }

        private int set(CharSet set) {
            sets.add(set);
            return sets.size() - 1;
        }

        private void add(int... words) {
            code.addAll(words);
        }
    }
}
