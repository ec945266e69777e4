package dev.mens.storage;

import dev.mens.diagnostics.Problem;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The canonical CBOR of everything that is hashed or signed: definite lengths, shortest
/// integers, map keys in the order of their encoded bytes (RFC 8949, section 4.2.1).
///
/// Values are `Long` (not negative), `String`, `byte[]`, `List` and `Map<String, ?>`: all that
/// manifests and the op-log need. Equal values have one encoding, and nothing else decodes.
public final class Cbor {
    static final int UNSIGNED = 0;
    static final int BYTES = 2;
    static final int TEXT = 3;
    static final int ARRAY = 4;
    static final int MAP = 5;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private Cbor() {}

    public static byte[] encode(Object value) {
        var cbor = new Cbor();
        cbor.write(value);
        return cbor.out.toByteArray();
    }

    /// @param malformed thrown with a sentence about what is wrong, as its only fact
    /// @throws dev.mens.diagnostics.ProblemException `malformed`
    public static Object decode(byte[] bytes, Problem malformed) {
        return new CborReader(bytes, malformed).readAll();
    }

    private void write(Object value) {
        switch (value) {
            case Long number -> head(UNSIGNED, number);
            case String text -> writeBytes(TEXT, text.getBytes(StandardCharsets.UTF_8));
            case byte[] bytes -> writeBytes(BYTES, bytes);
            case List<?> list -> {
                head(ARRAY, list.size());
                list.forEach(this::write);
            }
            case Map<?, ?> map -> writeMap(map);
            default -> throw new IllegalArgumentException("no CBOR for " + value.getClass());
        }
    }

    private void writeMap(Map<?, ?> map) {
        var sorted = new TreeMap<byte[], Object>(Arrays::compareUnsigned);
        map.forEach((key, value) -> sorted.put(encode(key), value));
        head(MAP, sorted.size());
        sorted.forEach(
                (key, value) -> {
                    out.writeBytes(key);
                    write(value);
                });
    }

    private void writeBytes(int major, byte[] bytes) {
        head(major, bytes.length);
        out.writeBytes(bytes);
    }

    /// RFC 8949, section 3: major type and the shortest form of its argument.
    private void head(int major, long argument) {
        if (argument < 0) {
            throw new IllegalArgumentException("negative: " + argument);
        }
        if (argument < 24) {
            out.write(major << 5 | (int) argument);
            return;
        }
        int log = argument < 1 << 8 ? 0 : argument < 1 << 16 ? 1 : argument < 1L << 32 ? 2 : 3;
        out.write(major << 5 | 24 + log);
        for (int shift = (8 << log) - 8; shift >= 0; shift -= 8) {
            out.write((int) (argument >>> shift));
        }
    }
}
