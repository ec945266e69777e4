package dev.mens.transformer.engine;

import dev.mens.model.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;

/// A vocabulary of bytes, and three special tokens: 256 begins, 257 ends, 258 ends a turn.
final class CharacterTokenizer implements Tokenizer {
    static final int BEGIN = 256;
    static final int END = 257;
    static final int END_OF_TURN = 258;
    static final int SIZE = 259;

    @Override
    public int[] encode(String text, boolean withSpecial) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        int at = withSpecial ? 1 : 0;
        var ids = new int[bytes.length + at];
        if (withSpecial) {
            ids[0] = BEGIN;
        }
        for (byte b : bytes) {
            ids[at++] = b & 0xff;
        }
        return ids;
    }

    @Override
    public String decode(int[] ids, boolean skipSpecial) {
        var decoder = decoder(skipSpecial);
        var text = new StringBuilder();
        for (int id : ids) {
            text.append(decoder.accept(id));
        }
        return text.append(decoder.finish()).toString();
    }

    @Override
    public Decoder decoder(boolean skipSpecial) {
        return new ByteDecoder(skipSpecial);
    }

    @Override
    public int vocabularySize() {
        return SIZE;
    }

    @Override
    public OptionalInt id(String token) {
        return switch (token) {
            case "<end>" -> OptionalInt.of(END);
            case "<turn>" -> OptionalInt.of(END_OF_TURN);
            default -> OptionalInt.empty();
        };
    }

    @Override
    public String token(int id) {
        return Integer.toString(id);
    }

    @Override
    public boolean isSpecial(int id) {
        return id >= BEGIN;
    }

    /// Holds back bytes until they are whole characters; assumes valid UTF-8 or Latin garbage.
    private static final class ByteDecoder implements Decoder {
        private final boolean skipSpecial;
        private byte[] pending = {};

        ByteDecoder(boolean skipSpecial) {
            this.skipSpecial = skipSpecial;
        }

        @Override
        public String accept(int id) {
            if (id >= BEGIN) {
                return skipSpecial ? "" : "<" + id + ">";
            }
            pending = Arrays.copyOf(pending, pending.length + 1);
            pending[pending.length - 1] = (byte) id;
            if (pending.length < wanted(pending[0] & 0xff)) {
                return "";
            }
            return finish();
        }

        @Override
        public String finish() {
            var text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(pending)).toString();
            pending = new byte[0];
            return text;
        }

        private static int wanted(int lead) {
            return lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        }
    }
}
