package dev.mens.remote;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// JSON as Java (see `Conversation`) as bytes: a letter for the type, then the value. Maps keep
/// their order, because chat templates show it.
final class ValueWire {
    private static final int MAX_DEPTH = 64;
    private static final int MAX_ITEMS = 1 << 20;

    private ValueWire() {}

    static void write(@Nullable Object value, DataOutputStream out) throws IOException {
        switch (value) {
            case null -> out.writeByte('n');
            case Boolean flag -> out.writeByte(flag ? 't' : 'f');
            case Integer number -> {
                out.writeByte('i');
                out.writeInt(number);
            }
            case Long number -> {
                out.writeByte('l');
                out.writeLong(number);
            }
            case Double number -> {
                out.writeByte('d');
                out.writeDouble(number);
            }
            case BigInteger number -> {
                out.writeByte('b');
                Wire.writeText(out, number.toString());
            }
            case String text -> {
                out.writeByte('s');
                Wire.writeText(out, text);
            }
            case List<?> list -> {
                out.writeByte('[');
                out.writeInt(list.size());
                for (var item : list) {
                    write(item, out);
                }
            }
            case Map<?, ?> map -> {
                out.writeByte('{');
                out.writeInt(map.size());
                for (var entry : map.entrySet()) {
                    Wire.writeText(out, String.valueOf(entry.getKey()));
                    write(entry.getValue(), out);
                }
            }
            default -> throw new IOException(value.getClass() + " is no JSON");
        }
    }

    static @Nullable Object read(DataInputStream in) throws IOException {
        return read(in, MAX_DEPTH);
    }

    private static @Nullable Object read(DataInputStream in, int depth) throws IOException {
        if (depth == 0) {
            throw new IOException("a value is nested too deeply");
        }
        return switch (in.readByte()) {
            case 'n' -> null;
            case 't' -> true;
            case 'f' -> false;
            case 'i' -> in.readInt();
            case 'l' -> in.readLong();
            case 'd' -> in.readDouble();
            case 'b' -> integer(Wire.readText(in));
            case 's' -> Wire.readText(in);
            case '[' -> list(in, depth - 1);
            case '{' -> map(in, depth - 1);
            default -> throw new IOException("a value of an unknown type");
        };
    }

    private static BigInteger integer(String digits) throws IOException {
        // A quadratic parse of a megabyte would take minutes.
        if (digits.length() > 1000 || !digits.matches("-?[0-9]+")) {
            throw new IOException("a number is not sound");
        }
        return new BigInteger(digits);
    }

    private static List<@Nullable Object> list(DataInputStream in, int depth) throws IOException {
        int count = Wire.readCount(in, MAX_ITEMS);
        var list = new ArrayList<@Nullable Object>();
        for (int i = 0; i < count; i++) {
            list.add(read(in, depth));
        }
        return list;
    }

    private static Map<String, @Nullable Object> map(DataInputStream in, int depth)
            throws IOException {
        int count = Wire.readCount(in, MAX_ITEMS);
        var map = new LinkedHashMap<String, @Nullable Object>();
        for (int i = 0; i < count; i++) {
            map.put(Wire.readText(in), read(in, depth));
        }
        return map;
    }
}
