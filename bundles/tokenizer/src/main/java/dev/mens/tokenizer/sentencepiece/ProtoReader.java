package dev.mens.tokenizer.sentencepiece;

import dev.mens.tokenizer.text.TokenizerProblem;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// One protobuf message, field by field; what the caller does not read is skipped.
///
/// @see <a href="https://protobuf.dev/programming-guides/encoding/">the wire format</a>
final class ProtoReader {
    private final ByteBuffer bytes;
    private int wireType;

    ProtoReader(ByteBuffer bytes) {
        this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /// Goes to the next field.
    ///
    /// @return its number, or 0 at the end
    int next() {
        if (!bytes.hasRemaining()) {
            return 0;
        }
        long tag = varint();
        wireType = (int) (tag & 7);
        long field = tag >>> 3;
        if (field == 0 || field > 0x1FFFFFFF) {
            throw malformed("a field has the number " + field);
        }
        return (int) field;
    }

    long varint() {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            need(1);
            byte b = bytes.get();
            if (shift < 64) {
                value |= (long) (b & 0x7F) << shift;
            }
            if (b >= 0) {
                return value;
            }
        }
        throw malformed("a number is longer than ten bytes");
    }

    int number() {
        expect(0);
        return (int) varint();
    }

    boolean flag() {
        return number() != 0;
    }

    float decimal() {
        expect(5);
        need(4);
        return bytes.getFloat();
    }

    /// A message, a text or bytes.
    ByteBuffer part() {
        expect(2);
        long length = varint();
        if (length < 0 || length > bytes.remaining()) {
            throw malformed("a part is longer than what is left");
        }
        var part = bytes.slice(bytes.position(), (int) length);
        bytes.position(bytes.position() + (int) length);
        return part;
    }

    String text() {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(part()).toString();
        } catch (CharacterCodingException _) {
            throw malformed("a text is not UTF-8");
        }
    }

    void skip() {
        switch (wireType) {
            case 0 -> varint();
            case 1 -> {
                need(8);
                bytes.getLong();
            }
            case 2 -> part();
            case 5 -> {
                need(4);
                bytes.getInt();
            }
            default -> throw malformed("a field has the wire type " + wireType);
        }
    }

    private void expect(int type) {
        if (wireType != type) {
            throw malformed("a field has the wire type " + wireType + " instead of " + type);
        }
    }

    private void need(int count) {
        if (bytes.remaining() < count) {
            throw malformed("it ends too early");
        }
    }

    private static RuntimeException malformed(String why) {
        return TokenizerProblem.MALFORMED.with("tokenizer.model", why);
    }
}
