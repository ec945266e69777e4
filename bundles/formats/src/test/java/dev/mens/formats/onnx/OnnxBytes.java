package dev.mens.formats.onnx;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Writes ONNX as exporters do, as far as our tests need it.
public final class OnnxBytes {
    public static final int FLOAT = 1;
    public static final int INT64 = 7;
    public static final int FLOAT16 = 10;

    private final ByteArrayOutputStream graph = new ByteArrayOutputStream();

    /// A message in the making.
    public static final class Message {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        public Message number(int field, long value) {
            varint(bytes, (long) field << 3);
            varint(bytes, value);
            return this;
        }

        public Message body(int field, byte[] body) {
            varint(bytes, (long) field << 3 | 2);
            varint(bytes, body.length);
            bytes.writeBytes(body);
            return this;
        }

        public Message text(int field, String text) {
            return body(field, text.getBytes(StandardCharsets.UTF_8));
        }

        public byte[] bytes() {
            return bytes.toByteArray();
        }
    }

    public static Message tensor(String name, int type, long... dims) {
        var message = new Message().number(2, type).text(8, name);
        for (long dim : dims) {
            message.number(1, dim);
        }
        return message;
    }

    public static byte[] floats(float... values) {
        var buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            buffer.putFloat(value);
        }
        return buffer.array();
    }

    public static byte[] varints(long... values) {
        var bytes = new ByteArrayOutputStream();
        for (long value : values) {
            varint(bytes, value);
        }
        return bytes.toByteArray();
    }

    public OnnxBytes initializer(Message tensor) {
        graph.writeBytes(new Message().body(5, tensor.bytes()).bytes());
        return this;
    }

    public OnnxBytes raw(String name, long[] dims, float... values) {
        return initializer(tensor(name, FLOAT, dims).body(9, floats(values)));
    }

    public OnnxBytes node(
            String operator, String name, List<String> inputs, String output, Message... more) {
        var node = new Message().text(3, name).text(4, operator).text(2, output);
        inputs.forEach(input -> node.text(1, input));
        for (var attribute : more) {
            node.body(5, attribute.bytes());
        }
        graph.writeBytes(new Message().body(1, node.bytes()).bytes());
        return this;
    }

    /// The whole file.
    public byte[] model() {
        return new Message().number(1, 7).body(7, graph.toByteArray()).bytes();
    }

    private static void varint(ByteArrayOutputStream bytes, long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
    }
}
