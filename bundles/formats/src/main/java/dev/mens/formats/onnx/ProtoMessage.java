package dev.mens.formats.onnx;

import java.io.IOException;

/// Walks the fields of one protobuf message where it lies; what nobody asks for is skipped, however
/// large.
///
/// @see <a href="https://protobuf.dev/programming-guides/encoding/">the encoding</a>
final class ProtoMessage {
    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int DELIMITED = 2;
    private static final int FIXED_32 = 5;

    private final ProtoBytes bytes;
    private final long end;
    private long position;
    private int field;
    private int wire;
    private long value;
    private long bodyStart;

    ProtoMessage(ProtoBytes bytes, long start, long end) {
        this.bytes = bytes;
        this.position = start;
        this.end = end;
    }

    /// Goes to the next field, if there is one.
    boolean next() throws IOException {
        if (position == end) {
            return false;
        }
        bytes.countField();
        long tag = varint();
        field = (int) (tag >>> 3);
        wire = (int) (tag & 7);
        if (field <= 0 || tag >>> 32 != 0) {
            throw bytes.bad(position, "there is no field " + (tag >>> 3));
        }
        switch (wire) {
            case VARINT -> value = varint();
            case FIXED_64 -> value = fixed(8);
            case FIXED_32 -> value = fixed(4);
            case DELIMITED -> skipBody();
            default -> throw bytes.bad(position, "there is no wire type " + wire);
        }
        return true;
    }

    int field() {
        return field;
    }

    /// A number, or its bits.
    long value() {
        if (wire == DELIMITED) {
            throw bytes.bad(bodyStart, "field " + field + " is no number");
        }
        return value;
    }

    boolean isDelimited() {
        return wire == DELIMITED;
    }

    /// Where the body of a delimited field begins.
    long start() {
        requireBody();
        return bodyStart;
    }

    /// Behind the body of a delimited field.
    long end() {
        requireBody();
        return position;
    }

    ProtoMessage message() {
        return new ProtoMessage(bytes, start(), end());
    }

    String text() throws IOException {
        return bytes.text(start(), end());
    }

    boolean atEnd() {
        return position == end;
    }

    /// An element of a packed field, which this message is the body of.
    long varint() throws IOException {
        long result = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            requireInside(1);
            int next = bytes.at(position++);
            result |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                return result;
            }
        }
        throw bytes.bad(position, "a number has more than 64 bits");
    }

    private long fixed(int count) throws IOException {
        requireInside(count);
        long result = 0;
        for (int i = 0; i < count; i++) {
            result |= (long) bytes.at(position++) << (8 * i);
        }
        return result;
    }

    private void skipBody() throws IOException {
        long length = varint();
        requireInside(length);
        bodyStart = position;
        position += length;
    }

    private void requireBody() {
        if (wire != DELIMITED) {
            throw bytes.bad(position, "field " + field + " has no body");
        }
    }

    private void requireInside(long count) {
        if (count < 0 || count > end - position) {
            throw bytes.bad(
                    position,
                    Long.toUnsignedString(count)
                            + " bytes are to follow, but "
                            + (end - position)
                            + " do");
        }
    }
}
