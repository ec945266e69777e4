package dev.mens.tokenizer.text;

import java.util.Arrays;

/// GPT-2's printable stand-ins for the 256 byte values.
public final class ByteAlphabet {
    private static final char[] OF_BYTE = new char[256];
    private static final short[] OF_CHAR = new short[512];

    static {
        Arrays.fill(OF_CHAR, (short) -1);
        int spare = 256;
        for (int b = 0; b < 256; b++) {
            boolean printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xFF && b != 0xAD);
            OF_BYTE[b] = (char) (printable ? b : spare++);
            OF_CHAR[OF_BYTE[b]] = (short) b;
        }
    }

    private ByteAlphabet() {}

    /// The UTF-8 bytes of a text, each as its stand-in.
    public static String encode(String text) {
        var out = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                out.append(OF_BYTE[c]);
            } else if (c < 0x800) {
                out.append(OF_BYTE[0xC0 | (c >> 6)]).append(OF_BYTE[0x80 | (c & 0x3F)]);
            } else if (Character.isHighSurrogate(c)) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                out.append(OF_BYTE[0xF0 | (point >> 18)])
                        .append(OF_BYTE[0x80 | ((point >> 12) & 0x3F)])
                        .append(OF_BYTE[0x80 | ((point >> 6) & 0x3F)])
                        .append(OF_BYTE[0x80 | (point & 0x3F)]);
            } else {
                out.append(OF_BYTE[0xE0 | (c >> 12)])
                        .append(OF_BYTE[0x80 | ((c >> 6) & 0x3F)])
                        .append(OF_BYTE[0x80 | (c & 0x3F)]);
            }
        }
        return out.toString();
    }

    /// @return the byte, 0 to 255, or -1 if this is no stand-in
    public static int byteOf(char c) {
        return c < OF_CHAR.length ? OF_CHAR[c] : -1;
    }
}
