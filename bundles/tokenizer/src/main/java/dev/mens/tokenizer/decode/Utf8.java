package dev.mens.tokenizer.decode;

import java.util.Arrays;

/// Bytes that arrive bit by bit, as text: each ill-formed part becomes one U+FFFD (the longest
/// beginning of a character counts as one part, as in Unicode's recommended practice).
final class Utf8 {
    private byte[] waiting = new byte[64];
    private int size;

    void add(int b) {
        if (size == waiting.length) {
            waiting = Arrays.copyOf(waiting, size * 2);
        }
        waiting[size++] = (byte) b;
    }

    /// The text of all bytes but an incomplete character at the end.
    String takeCertain() {
        return take(size - incompleteTail());
    }

    /// The text of all bytes.
    String takeAll() {
        return take(size);
    }

    private String take(int count) {
        if (count == 0) {
            return "";
        }
        var text = new String(waiting, 0, count, java.nio.charset.StandardCharsets.UTF_8);
        System.arraycopy(waiting, count, waiting, 0, size - count);
        size -= count;
        return text;
    }

    /// How many bytes at the end are a true beginning of a character.
    private int incompleteTail() {
        for (int back = 1; back <= 3 && back <= size; back++) {
            int lead = waiting[size - back] & 0xFF;
            if (lead >= 0xC0) {
                return back < lengthOf(lead) && isBeginning(size - back, back) ? back : 0;
            }
            if (lead < 0x80) {
                return 0;
            }
        }
        return 0;
    }

    private static int lengthOf(int lead) {
        return lead < 0xC2 || lead > 0xF4 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    }

    /// The second byte is limited after some leads; the others are known to be continuations.
    private boolean isBeginning(int start, int count) {
        if (count == 1) {
            return true;
        }
        int lead = waiting[start] & 0xFF;
        int second = waiting[start + 1] & 0xFF;
        return switch (lead) {
            case 0xE0 -> second >= 0xA0;
            case 0xED -> second <= 0x9F;
            case 0xF0 -> second >= 0x90;
            case 0xF4 -> second <= 0x8F;
            default -> true;
        };
    }
}
