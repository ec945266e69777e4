package dev.mens.storage;

import dev.mens.diagnostics.Problem;
import dev.mens.diagnostics.ProblemException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads what {@link Cbor} writes and nothing else, so that equal values have one encoding. Memory
/// is bounded by the input: no length is believed before its bytes are there.
final class CborReader {
    private static final int MAX_DEPTH = 8;

    private final ByteBuffer in;
    private final Problem malformed;

    CborReader(byte[] bytes, Problem malformed) {
        this.in = ByteBuffer.wrap(bytes);
        this.malformed = malformed;
    }

    Object readAll() {
        var value = read(0);
        if (in.hasRemaining()) {
            throw bad("it has %d bytes too many".formatted(in.remaining()));
        }
        return value;
    }

    private Object read(int depth) {
        if (depth > MAX_DEPTH) {
            throw bad("it is nested too deeply");
        }
        int initial = octet();
        long argument = argument(initial & 0x1f);
        return switch (initial >> 5) {
            case Cbor.UNSIGNED -> argument;
            case Cbor.BYTES -> bytes(argument);
            case Cbor.TEXT -> text(argument);
            case Cbor.ARRAY -> list(argument, depth);
            case Cbor.MAP -> map(argument, depth);
            default -> throw bad("it has a value of type " + (initial >> 5));
        };
    }

    private List<Object> list(long count, int depth) {
        requireRemaining(count);
        var list = new ArrayList<Object>();
        for (long i = 0; i < count; i++) {
            list.add(read(depth + 1));
        }
        return list;
    }

    private Map<String, Object> map(long count, int depth) {
        requireRemaining(count);
        var map = new LinkedHashMap<String, Object>();
        var previous = new byte[0];
        for (long i = 0; i < count; i++) {
            int start = in.position();
            if (!(read(depth + 1) instanceof String key)) {
                throw bad("a key is no text");
            }
            var encoded = Arrays.copyOfRange(in.array(), start, in.position());
            if (i > 0 && Arrays.compareUnsigned(previous, encoded) >= 0) {
                throw bad("its keys are not in order");
            }
            previous = encoded;
            map.put(key, read(depth + 1));
        }
        return map;
    }

    private String text(long count) {
        var bytes = bytes(count);
        if (isAscii(bytes)) {
            return new String(bytes, StandardCharsets.US_ASCII);
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException notUtf8) {
            throw bad("a text is not UTF-8");
        }
    }

    /// Most texts are, and a decoder costs more than all else of reading one.
    private static boolean isAscii(byte[] bytes) {
        int all = 0;
        for (byte octet : bytes) {
            all |= octet;
        }
        return all >= 0;
    }

    private byte[] bytes(long count) {
        requireRemaining(count);
        var bytes = new byte[(int) count];
        in.get(bytes);
        return bytes;
    }

    private long argument(int information) {
        if (information < 24) {
            return information;
        }
        if (information > 27) {
            throw bad("it has a length that is not canonical");
        }
        int width = 1 << information - 24;
        long value = 0;
        for (int i = 0; i < width; i++) {
            value = value << 8 | octet();
        }
        long smallest = information == 24 ? 24 : 1L << (width * 4);
        if (value < smallest) {
            throw bad("it has a number that is negative or not in its shortest form");
        }
        return value;
    }

    private int octet() {
        requireRemaining(1);
        return in.get() & 0xff;
    }

    private void requireRemaining(long count) {
        if (count > in.remaining()) {
            throw bad("it ends too early");
        }
    }

    private ProblemException bad(String why) {
        return malformed.with(why);
    }
}
