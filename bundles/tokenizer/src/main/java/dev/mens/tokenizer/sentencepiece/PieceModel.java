package dev.mens.tokenizer.sentencepiece;

import dev.mens.tokenizer.text.TokenizerProblem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The contents of tokenizer.model that matter for encoding.
///
/// @param pieces by id
/// @param charsMap empty if characters stay as they are
/// @param dummyPrefix whether a space is put before the text
record PieceModel(
        List<Piece> pieces,
        Kind kind,
        boolean byteFallback,
        int unknownId,
        int beginId,
        int endId,
        byte[] charsMap,
        boolean dummyPrefix) {

    enum Kind {
        UNIGRAM,
        BPE
    }

    enum Role {
        NORMAL,
        UNKNOWN,
        CONTROL,
        USER_DEFINED
    }

    record Piece(String text, float score, Role role) {}

    private static final long MAX_BYTES = 1 << 26;
    private static final int MAX_PIECES = 1 << 22;
    private static final int MAX_PIECE_UNITS = 1 << 12;

    /// @throws dev.mens.diagnostics.ProblemException vox/tokenizer/malformed, too-large,
    ///     unsupported
    static PieceModel read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw TokenizerProblem.TOO_LARGE.with(file, "it is longer than 64 MiB");
        }
        return new Builder().read(new ProtoReader(ByteBuffer.wrap(Files.readAllBytes(file))));
    }

    private static final class Builder {
        private final List<Piece> pieces = new ArrayList<>();
        private int modelType = 1;
        private boolean byteFallback;
        private int unknownId;
        private int beginId = 1;
        private int endId = 2;
        private byte[] charsMap = new byte[0];
        private boolean dummyPrefix = true;

        PieceModel read(ProtoReader model) {
            for (int field = model.next(); field != 0; field = model.next()) {
                switch (field) {
                    case 1 -> pieces.add(piece(new ProtoReader(model.part())));
                    case 2 -> trainer(new ProtoReader(model.part()));
                    case 3 -> normalizer(new ProtoReader(model.part()));
                    default -> model.skip();
                }
                if (pieces.size() > MAX_PIECES) {
                    throw TokenizerProblem.TOO_LARGE.with(
                            "tokenizer.model", "more than 4 million pieces");
                }
            }
            if (pieces.isEmpty()) {
                throw TokenizerProblem.MALFORMED.with("tokenizer.model", "it has no pieces");
            }
            return new PieceModel(
                    List.copyOf(pieces),
                    kind(),
                    byteFallback,
                    unknownId,
                    beginId,
                    endId,
                    charsMap,
                    dummyPrefix);
        }

        private Kind kind() {
            return switch (modelType) {
                case 1 -> Kind.UNIGRAM;
                case 2 -> Kind.BPE;
                default ->
                        throw TokenizerProblem.UNSUPPORTED.with(
                                "tokenizer.model", "the model type " + modelType);
            };
        }

        private Piece piece(ProtoReader message) {
            var text = "";
            float score = 0;
            var role = Role.NORMAL;
            for (int field = message.next(); field != 0; field = message.next()) {
                switch (field) {
                    case 1 -> text = message.text();
                    case 2 -> score = message.decimal();
                    case 3 -> role = role(message.number());
                    default -> message.skip();
                }
            }
            if (text.length() > MAX_PIECE_UNITS) {
                throw TokenizerProblem.TOO_LARGE.with(
                        "tokenizer.model", "a piece of " + text.length() + " characters");
            }
            if (role == Role.UNKNOWN) {
                unknownId = pieces.size();
            }
            return new Piece(text, score, role);
        }

        private static Role role(int type) {
            return switch (type) {
                case 2 -> Role.UNKNOWN;
                case 3 -> Role.CONTROL;
                case 4 -> Role.USER_DEFINED;
                default -> Role.NORMAL;
            };
        }

        private void trainer(ProtoReader message) {
            for (int field = message.next(); field != 0; field = message.next()) {
                switch (field) {
                    case 3 -> modelType = message.number();
                    case 35 -> byteFallback = message.flag();
                    case 41 -> beginId = message.number();
                    case 42 -> endId = message.number();
                    default -> message.skip();
                }
            }
        }

        private void normalizer(ProtoReader message) {
            for (int field = message.next(); field != 0; field = message.next()) {
                switch (field) {
                    case 2 -> {
                        var map = message.part();
                        charsMap = new byte[map.remaining()];
                        map.get(charsMap);
                    }
                    case 3 -> dummyPrefix = message.flag();
                    default -> message.skip();
                }
            }
        }
    }
}
