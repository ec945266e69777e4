package dev.mens.console;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// What a client asks for: a command line and the surroundings it was typed in.
///
/// @param arguments without the name `vox`
/// @param directory absolute; relative paths of the arguments start here
/// @param environment `NAME=value` of {@link #FORWARDED} only
/// @param terminals which streams are a terminal: 1 input, 2 output, 4 error
/// @param columns of the terminal; 0 if unknown
/// @param rows of the terminal; 0 if unknown
public record Request(
        List<String> arguments,
        String directory,
        List<String> environment,
        int terminals,
        int columns,
        int rows) {
    /// More than a command line may have on Linux.
    public static final int MAX_BYTES = 4 << 20;

    /// Variables that change how a command prints; nothing else leaves the client.
    public static final List<String> FORWARDED = List.of("NO_COLOR", "TERM", "COLUMNS", "LINES");

    public Request {
        arguments = List.copyOf(arguments);
        environment = List.copyOf(environment);
    }

    public boolean inputIsTerminal() {
        return (terminals & 1) != 0;
    }

    public boolean outputIsTerminal() {
        return (terminals & 2) != 0;
    }

    public boolean errorIsTerminal() {
        return (terminals & 4) != 0;
    }

    /// The payload of `HELLO`: the version first, so that it can be told from any other's.
    public byte[] encode() {
        var strings = new ArrayList<byte[]>();
        int bytes = 6 * Integer.BYTES;
        for (var list : List.of(List.of(directory), environment, arguments)) {
            for (var string : list) {
                var encoded = string.getBytes(StandardCharsets.UTF_8);
                strings.add(encoded);
                bytes += Integer.BYTES + encoded.length;
            }
        }
        var payload = ByteBuffer.allocate(bytes);
        payload.putInt(Frame.VERSION).putInt(terminals).putInt(columns).putInt(rows);
        payload.putInt(environment.size()).putInt(arguments.size());
        for (var string : strings) {
            payload.putInt(string.length).put(string);
        }
        return payload.array();
    }

    /// The frame version of a `HELLO`; 0 if it has none.
    public static int version(byte[] hello) {
        return hello.length < Integer.BYTES ? 0 : ByteBuffer.wrap(hello).getInt();
    }

    /// @param hello of this {@link Frame#VERSION}
    /// @throws IOException if it is not what {@link #encode} writes
    public static Request decode(byte[] hello) throws IOException {
        var payload = ByteBuffer.wrap(hello);
        if (payload.remaining() < 6 * Integer.BYTES) {
            throw new IOException("short HELLO");
        }
        payload.getInt();
        int terminals = payload.getInt();
        int columns = payload.getInt();
        int rows = payload.getInt();
        int variables = payload.getInt();
        int arguments = payload.getInt();
        var directory = string(payload);
        var environment = strings(payload, variables);
        return new Request(
                strings(payload, arguments), directory, environment, terminals, columns, rows);
    }

    private static List<String> strings(ByteBuffer payload, int count) throws IOException {
        if (count < 0 || count > payload.remaining() / Integer.BYTES) {
            throw new IOException("HELLO counts " + count + " strings");
        }
        var strings = new ArrayList<String>(count);
        for (int i = 0; i < count; i++) {
            strings.add(string(payload));
        }
        return strings;
    }

    private static String string(ByteBuffer payload) throws IOException {
        int length = payload.remaining() < Integer.BYTES ? -1 : payload.getInt();
        if (length < 0 || length > payload.remaining()) {
            throw new IOException("HELLO has a string of " + length + " bytes");
        }
        try {
            var bytes = payload.slice(payload.position(), length);
            payload.position(payload.position() + length);
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException notUtf8) {
            throw new IOException("HELLO is not UTF-8", notUtf8);
        }
    }
}
