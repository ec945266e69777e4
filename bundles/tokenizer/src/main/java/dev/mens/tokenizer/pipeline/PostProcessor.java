package dev.mens.tokenizer.pipeline;

import dev.mens.tokenizer.text.IntSequence;
import dev.mens.tokenizer.text.TokenizerProblem;
import java.util.ArrayList;
import java.util.List;

/// Adds a model's special tokens around a text.
public sealed interface PostProcessor {

    /// @param parts one, unless an earlier processor has made more
    List<int[]> apply(List<int[]> parts, boolean withSpecial);

    /// Changes nothing but offsets, which we do not have.
    record Nothing() implements PostProcessor {
        @Override
        public List<int[]> apply(List<int[]> parts, boolean withSpecial) {
            return parts;
        }
    }

    record Chain(List<PostProcessor> links) implements PostProcessor {
        @Override
        public List<int[]> apply(List<int[]> parts, boolean withSpecial) {
            var result = parts;
            for (var link : links) {
                result = link.apply(result, withSpecial);
            }
            return result;
        }
    }

    /// BERT's and RoBERTa's fixed frame.
    ///
    /// @param opensLater whether parts after the first start with `end`, too
    record Frame(int begin, int end, boolean opensLater) implements PostProcessor {
        @Override
        public List<int[]> apply(List<int[]> parts, boolean withSpecial) {
            if (!withSpecial) {
                return parts;
            }
            var framed = new ArrayList<int[]>();
            for (int i = 0; i < parts.size(); i++) {
                var ids = new IntSequence(parts.get(i).length + 2);
                if (i == 0) {
                    ids.add(begin);
                } else if (opensLater) {
                    ids.add(end);
                }
                ids.addAll(parts.get(i));
                ids.add(end);
                framed.add(ids.toArray());
            }
            return framed;
        }
    }

    /// A row of texts and special tokens.
    record Template(List<Piece> single, List<Piece> pair) implements PostProcessor {
        public sealed interface Piece {}

        public record Sequence(int index) implements Piece {}

        public record Special(int[] ids) implements Piece {}

        @Override
        public List<int[]> apply(List<int[]> parts, boolean withSpecial) {
            if (parts.size() > 2) {
                throw TokenizerProblem.UNSUPPORTED.with(
                        "post_processor", "a template behind two templates");
            }
            var filled = new ArrayList<int[]>();
            for (var piece : parts.size() == 1 ? single : pair) {
                switch (piece) {
                    case Sequence(var index) when index < parts.size() ->
                            filled.add(parts.get(index));
                    case Sequence _ ->
                            throw TokenizerProblem.MALFORMED.with(
                                    "post_processor", "the template for one text asks for two");
                    case Special(var ids) -> {
                        if (withSpecial) {
                            filled.add(ids);
                        }
                    }
                }
            }
            return filled;
        }
    }
}
