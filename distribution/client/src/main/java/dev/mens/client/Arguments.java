package dev.mens.client;

import dev.mens.console.NodeProblem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The JVM silently replaces what is not UTF-8, so doubtful arguments are looked at again in the
/// bytes that the kernel keeps.
final class Arguments {
    private static final char REPLACEMENT = '\uFFFD';
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    private Arguments() {}

    /// @throws dev.mens.diagnostics.ProblemException vox/node/argument-not-utf8
    static void requireUtf8(String[] arguments) throws IOException {
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].indexOf(REPLACEMENT) >= 0) {
                requireUtf8(i, arguments.length);
            }
        }
    }

    private static void requireUtf8(int index, int count) throws IOException {
        if (!Files.isReadable(COMMAND_LINE)) {
            return;
        }
        var words = split(Files.readAllBytes(COMMAND_LINE));
        try {
            StandardCharsets.UTF_8.newDecoder().decode(words.get(words.size() - count + index));
        } catch (CharacterCodingException notUtf8) {
            throw NodeProblem.NOT_UTF8.because(notUtf8, index + 1);
        }
    }

    private static List<ByteBuffer> split(byte[] bytes) {
        var words = new ArrayList<ByteBuffer>();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                words.add(ByteBuffer.wrap(bytes, start, i - start));
                start = i + 1;
            }
        }
        return words;
    }
}
