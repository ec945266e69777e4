package dev.mens.itests.golden;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Writes GGUF, version 3.
final class GgufBytes {
    private static final int ALIGNMENT = 32;

    private final ByteArrayOutputStream values = new ByteArrayOutputStream();
    private final List<Entry> tensors = new ArrayList<>();
    private int count;

    /// @param type ggml's number
    /// @param sizes outermost first
    private record Entry(String name, int type, long[] sizes, byte[] data) {}

    GgufBytes text(String key, String value) {
        return value(key, 8, bytes(value));
    }

    GgufBytes whole(String key, long value) {
        return value(key, 4, little(4).putInt((int) value).array());
    }

    GgufBytes real(String key, double value) {
        return value(key, 6, little(4).putFloat((float) value).array());
    }

    GgufBytes truth(String key, boolean value) {
        return value(key, 7, new byte[] {(byte) (value ? 1 : 0)});
    }

    GgufBytes texts(String key, List<String> texts) {
        var body = array(8, texts.size());
        texts.forEach(text -> body.writeBytes(bytes(text)));
        return value(key, 9, body.toByteArray());
    }

    GgufBytes wholes(String key, List<Integer> wholes) {
        var body = array(5, wholes.size());
        wholes.forEach(whole -> body.writeBytes(little(4).putInt(whole).array()));
        return value(key, 9, body.toByteArray());
    }

    GgufBytes reals(String key, List<Float> reals) {
        var body = array(6, reals.size());
        reals.forEach(real -> body.writeBytes(little(4).putFloat(real).array()));
        return value(key, 9, body.toByteArray());
    }

    GgufBytes tensor(String name, int type, long[] sizes, byte[] data) {
        tensors.add(new Entry(name, type, sizes, data));
        return this;
    }

    void write(Path file) throws IOException {
        var head = new ByteArrayOutputStream();
        head.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
        head.writeBytes(little(4).putInt(3).array());
        head.writeBytes(little(16).putLong(tensors.size()).putLong(count).array());
        head.writeBytes(values.toByteArray());
        var data = new ByteArrayOutputStream();
        for (var tensor : tensors) {
            head.writeBytes(bytes(tensor.name()));
            head.writeBytes(little(4).putInt(tensor.sizes().length).array());
            for (int i = tensor.sizes().length - 1; i >= 0; i--) {
                head.writeBytes(little(8).putLong(tensor.sizes()[i]).array());
            }
            head.writeBytes(little(12).putInt(tensor.type()).putLong(data.size()).array());
            data.writeBytes(tensor.data());
            pad(data);
        }
        pad(head);
        head.writeBytes(data.toByteArray());
        Files.write(file, head.toByteArray());
    }

    private GgufBytes value(String key, int type, byte[] body) {
        values.writeBytes(bytes(key));
        values.writeBytes(little(4).putInt(type).array());
        values.writeBytes(body);
        count++;
        return this;
    }

    private static ByteArrayOutputStream array(int type, int length) {
        var body = new ByteArrayOutputStream();
        body.writeBytes(little(12).putInt(type).putLong(length).array());
        return body;
    }

    private static byte[] bytes(String text) {
        var utf8 = text.getBytes(StandardCharsets.UTF_8);
        return little(8 + utf8.length).putLong(utf8.length).put(utf8).array();
    }

    private static void pad(ByteArrayOutputStream bytes) {
        while (bytes.size() % ALIGNMENT != 0) {
            bytes.write(0);
        }
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
