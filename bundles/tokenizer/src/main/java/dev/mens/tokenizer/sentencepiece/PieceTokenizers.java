package dev.mens.tokenizer.sentencepiece;

import dev.mens.tokenizer.decode.TokenDecoder;
import dev.mens.tokenizer.model.BytePairs;
import dev.mens.tokenizer.model.SubwordModel;
import dev.mens.tokenizer.model.UnigramLattice;
import dev.mens.tokenizer.model.Vocabulary;
import dev.mens.tokenizer.normalize.CharsMap;
import dev.mens.tokenizer.normalize.Normalizer;
import dev.mens.tokenizer.pipeline.AddedToken;
import dev.mens.tokenizer.pipeline.HfTokenizer;
import dev.mens.tokenizer.pipeline.PostProcessor;
import dev.mens.tokenizer.regex.Regex;
import dev.mens.tokenizer.sentencepiece.PieceModel.Kind;
import dev.mens.tokenizer.sentencepiece.PieceModel.Role;
import dev.mens.tokenizer.split.PreTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Builds tokenizers from tokenizer.model, in the way that HuggingFace converts such files: BPE as
/// Llama's, unigram as T5's.
public final class PieceTokenizers {
    private static final char SPACE_MARK = '▁';

    private PieceTokenizers() {}

    /// Whether the model's begin and end tokens are added; empty if nobody says.
    public record Ends(Optional<Boolean> begin, Optional<Boolean> end) {}

    /// @throws dev.mens.diagnostics.ProblemException vox/tokenizer/…
    public static HfTokenizer open(Path file, Ends ends) throws IOException {
        var pieces = PieceModel.read(file);
        return switch (pieces.kind()) {
            case BPE -> bytePairs(pieces, ends);
            case UNIGRAM -> unigram(pieces, ends);
        };
    }

    private static HfTokenizer bytePairs(PieceModel pieces, Ends ends) {
        var normalizers = new ArrayList<Normalizer>();
        if (pieces.charsMap().length > 0) {
            normalizers.add(new Normalizer.Precompiled(new CharsMap(pieces.charsMap())));
        }
        if (pieces.dummyPrefix()) {
            normalizers.add(new Normalizer.Prepend("▁"));
        }
        normalizers.add(new Normalizer.ReplaceText(" ", "▁"));
        var decoders = new ArrayList<TokenDecoder>();
        decoders.add(new TokenDecoder.ReplaceText("▁", " "));
        decoders.add(new TokenDecoder.ByteFallback());
        decoders.add(new TokenDecoder.Fuse());
        if (pieces.dummyPrefix()) {
            decoders.add(new TokenDecoder.Strip(' ', 1, 0));
        }
        var vocabulary = vocabulary(pieces);
        SubwordModel model =
                new BytePairs(
                        vocabulary,
                        Merges.of(pieces.pieces(), vocabulary),
                        new BytePairs.Options(
                                vocabulary.token(pieces.unknownId()),
                                "",
                                "",
                                true,
                                pieces.byteFallback(),
                                false));
        return new HfTokenizer(
                new HfTokenizer.Parts(
                        added(pieces),
                        new Normalizer.Chain(normalizers),
                        null,
                        model,
                        frame(pieces, ends),
                        new TokenDecoder.Chain(decoders)));
    }

    private static HfTokenizer unigram(PieceModel pieces, Ends ends) {
        var normalizers = new ArrayList<Normalizer>();
        if (pieces.charsMap().length > 0) {
            normalizers.add(new Normalizer.Precompiled(new CharsMap(pieces.charsMap())));
        }
        normalizers.add(new Normalizer.Strip(false, true));
        normalizers.add(new Normalizer.Replace(Regex.compile(" {2,}"), "▁"));
        double[] scores = new double[pieces.pieces().size()];
        for (int id = 0; id < scores.length; id++) {
            scores[id] = pieces.pieces().get(id).score();
        }
        var scheme =
                pieces.dummyPrefix()
                        ? PreTokenizer.Metaspace.Scheme.ALWAYS
                        : PreTokenizer.Metaspace.Scheme.NEVER;
        return new HfTokenizer(
                new HfTokenizer.Parts(
                        added(pieces),
                        new Normalizer.Chain(normalizers),
                        new PreTokenizer.Metaspace(SPACE_MARK, scheme, true),
                        new UnigramLattice(
                                vocabulary(pieces),
                                scores,
                                pieces.unknownId(),
                                pieces.byteFallback()),
                        frame(pieces, ends),
                        new TokenDecoder.Metaspace(SPACE_MARK, pieces.dummyPrefix())));
    }

    private static Vocabulary vocabulary(PieceModel pieces) {
        var vocabulary = new Vocabulary(pieces.pieces().size());
        for (int id = 0; id < pieces.pieces().size(); id++) {
            vocabulary.put(pieces.pieces().get(id).text(), id);
        }
        return vocabulary;
    }

    private static List<AddedToken> added(PieceModel pieces) {
        return pieces.pieces().stream()
                .filter(piece -> piece.role() != Role.NORMAL)
                .map(
                        piece ->
                                new AddedToken(
                                        piece.text(),
                                        false,
                                        false,
                                        false,
                                        false,
                                        piece.role() != Role.USER_DEFINED))
                .toList();
    }

    private static PostProcessor frame(PieceModel pieces, Ends ends) {
        var parts = new ArrayList<PostProcessor.Template.Piece>();
        if (ends.begin().orElse(pieces.kind() == Kind.BPE) && exists(pieces, pieces.beginId())) {
            parts.add(special(pieces.beginId()));
        }
        parts.add(new PostProcessor.Template.Sequence(0));
        if (ends.end().orElse(pieces.kind() == Kind.UNIGRAM) && exists(pieces, pieces.endId())) {
            parts.add(special(pieces.endId()));
        }
        return new PostProcessor.Template(parts, parts);
    }

    private static boolean exists(PieceModel pieces, int id) {
        return id >= 0
                && id < pieces.pieces().size()
                && pieces.pieces().get(id).role() == Role.CONTROL;
    }

    private static PostProcessor.Template.Piece special(int id) {
        return new PostProcessor.Template.Special(new int[] {id});
    }
}
