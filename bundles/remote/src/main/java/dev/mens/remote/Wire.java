package dev.mens.remote;

import dev.mens.content.ContentId;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// What frames of `inference/1` begin with, and the parts that they share. Integers are big-endian,
/// text is UTF-8 behind its length in bytes.
final class Wire {
    static final String NAME = "inference/1";

    // Asked of a peer, one at a time on each link.
    static final int LOAD = 'L';
    static final int PREDICT = 'P';
    static final int DESCRIBE = 'D';
    static final int CREDIT = 'C';

    // Answered.
    static final int READY = 'R';
    static final int TOKEN = 'T';
    static final int END = 'E';
    static final int FACTS = 'F';
    static final int REFUSED = 'N';
    static final int PROBLEM = 'X';
    static final int LOST = 'G';
    static final int ALIVE = 'A';

    /// Tokens that may be on their way; more wait at the peer until the reader has caught up.
    static final int WINDOW = 64;

    /// A busy peer says something at least so often.
    static final Duration PULSE = Duration.ofMillis(400);

    /// A busy peer that says nothing for so long hangs: several pulses, so that a collection of
    /// garbage or a crowded processor is no loss.
    static final Duration HANGS = Duration.ofMillis(2200);

    private static final int MAX_TEXT_BYTES = 16 << 20;

    private Wire() {}

    static void writeText(DataOutputStream out, String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static String readText(DataInputStream in) throws IOException {
        int length = readCount(in, MAX_TEXT_BYTES);
        var bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new IOException("the link ends in a text");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    static int readCount(DataInputStream in, int most) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > most) {
            throw new IOException(count + " of at most " + most);
        }
        return count;
    }

    static ContentId readBundle(DataInputStream in) throws IOException {
        var bytes = in.readNBytes(ContentId.BYTES);
        if (bytes.length < ContentId.BYTES) {
            throw new IOException("the link ends in a hash");
        }
        return new ContentId(bytes);
    }
}
