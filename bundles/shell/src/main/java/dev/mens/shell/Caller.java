package dev.mens.shell;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.felix.service.command.CommandSession;

/// The surroundings of a command: who called it, from which folder, on what terminal.
///
/// @param out for data
/// @param err for diagnostics and progress
/// @param columns of the terminal; 0 if unknown
/// @param shell whether the command was typed in the Felix shell
public record Caller(
        Path folder,
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean inputIsTerminal,
        boolean errorIsTerminal,
        int columns,
        boolean shell) {
    private static final int MAX_INPUT_BYTES = 16 << 20;

    /// Reads what the bundle `console` left in the session; a session that it did not make is taken
    /// for a shell.
    public static Caller of(CommandSession session) {
        var out = session.getConsole();
        return new Caller(
                session.currentDir(),
                session.getKeyboard(),
                out,
                session.get("vox.err") instanceof PrintStream err ? err : out,
                Boolean.TRUE.equals(session.get("vox.input.terminal")),
                Boolean.TRUE.equals(session.get("vox.error.terminal")),
                session.get("vox.columns") instanceof Integer columns ? columns : 0,
                !(session.get("vox.err") instanceof PrintStream)
                        || Boolean.TRUE.equals(session.get("vox.shell")));
    }

    /// What a user means by a model: a path is relative to the caller's folder, anything else is a
    /// name.
    public String model(String reference) {
        boolean path =
                reference.startsWith(".") || reference.startsWith("~") || reference.contains("/");
        if (!path) {
            var here = folder.resolve(reference);
            return java.nio.file.Files.isDirectory(here) ? here.toString() : reference;
        }
        if (reference.startsWith("~/")) {
            return Path.of(System.getProperty("user.home"), reference.substring(2)).toString();
        }
        return folder.resolve(reference).normalize().toString();
    }

    /// All of standard input.
    ///
    /// @throws dev.mens.diagnostics.ProblemException vox/shell/input-not-utf8, input-too-long
    public String readAll() throws IOException {
        var bytes = in.readNBytes(MAX_INPUT_BYTES + 1);
        if (bytes.length > MAX_INPUT_BYTES) {
            throw ShellProblem.TOO_LONG.with(MAX_INPUT_BYTES);
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException notUtf8) {
            throw ShellProblem.NOT_UTF8.because(notUtf8);
        }
    }
}
