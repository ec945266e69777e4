package dev.mens.formats.gguf;

import dev.mens.formats.FormatProblem;
import java.io.IOException;
import java.util.ArrayList;

/// Reads one metadata value. Arrays of arrays are refused: no model has them, and they nest.
final class GgufValueReader {
    private static final int ARRAY = 9;

    /// Of all arrays of a file; the largest vocabularies need about 1.5 million.
    private static final long MAX_ELEMENTS = 4_000_000;

    /// Texts among them: a vocabulary of 260 000 tokens and 500 000 merges fits twice.
    private static final long MAX_TEXTS = 1_500_000;

    private final GgufCursor cursor;
    private final String file;
    private long elements;
    private long texts;

    GgufValueReader(GgufCursor cursor, String file) {
        this.cursor = cursor;
        this.file = file;
    }

    GgufValue read(String key, int type) throws IOException {
        return switch (type) {
            case 6, 12 -> new GgufValue.Real(real(type));
            case 7 -> new GgufValue.Truth(cursor.i8() != 0);
            case 8 -> new GgufValue.Text(cursor.string());
            case ARRAY -> array(key);
            default -> new GgufValue.Whole(whole(key, type));
        };
    }

    private GgufValue array(String key) throws IOException {
        int type = cursor.i32();
        long count = cursor.i64();
        if (type == ARRAY) {
            throw FormatProblem.BAD_ENTRY.with(file, GgufReader.shown(key), "it nests arrays");
        }
        int least = type == 8 ? 8 : bytes(key, type);
        if (count < 0 || count > MAX_ELEMENTS - elements || count * least > cursor.remaining()) {
            throw FormatProblem.GGUF_LIMIT.with(
                    file, "an array of " + Long.toUnsignedString(count), MAX_ELEMENTS);
        }
        elements += count;
        int length = (int) count;
        return switch (type) {
            case 6, 12 -> reals(type, length);
            case 8 -> texts(length);
            default -> wholes(key, type, length);
        };
    }

    private GgufValue texts(int length) throws IOException {
        texts += length;
        if (texts > MAX_TEXTS) {
            throw FormatProblem.GGUF_LIMIT.with(file, texts + " texts", MAX_TEXTS);
        }
        var read = new ArrayList<String>(length);
        for (int i = 0; i < length; i++) {
            read.add(cursor.string());
        }
        return new GgufValue.Texts(read);
    }

    private GgufValue reals(int type, int length) throws IOException {
        var values = new double[length];
        for (int i = 0; i < length; i++) {
            values[i] = real(type);
        }
        return new GgufValue.Reals(values);
    }

    private GgufValue wholes(String key, int type, int length) throws IOException {
        var values = new long[length];
        for (int i = 0; i < length; i++) {
            values[i] = whole(key, type);
        }
        return new GgufValue.Wholes(values);
    }

    private double real(int type) throws IOException {
        return type == 6 ? cursor.f32() : cursor.f64();
    }

    private long whole(String key, int type) throws IOException {
        return switch (type) {
            case 0, 7 -> Byte.toUnsignedLong(cursor.i8());
            case 1 -> cursor.i8();
            case 2 -> Short.toUnsignedLong(cursor.i16());
            case 3 -> cursor.i16();
            case 4 -> Integer.toUnsignedLong(cursor.i32());
            case 5 -> cursor.i32();
            case 10, 11 -> cursor.i64();
            default -> throw unknown(key, type);
        };
    }

    private int bytes(String key, int type) {
        return switch (type) {
            case 0, 1, 7 -> 1;
            case 2, 3 -> 2;
            case 4, 5, 6 -> 4;
            case 10, 11, 12 -> 8;
            default -> throw unknown(key, type);
        };
    }

    private RuntimeException unknown(String key, int type) {
        return FormatProblem.BAD_ENTRY.with(
                file,
                GgufReader.shown(key),
                "its type " + Integer.toUnsignedString(type) + " does not exist");
    }
}
