package dev.mens.storage;

import dev.mens.diagnostics.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// Small files with header, payload and checksum (docs/formats.md). Whole or not there, because
/// they are written through {@link DurableFiles#write}.
///
/// @param kind four letters
/// @param damaged thrown with a sentence about what is wrong, as its only fact
/// @param otherVersion thrown with the file and `version N`
public record FramedFile(String kind, int version, Problem damaged, Problem otherVersion) {
    private static final int MAGIC = 0x4D454E53;
    private static final int HEADER_BYTES = 20;
    private static final int FOOTER_BYTES = 4;
    private static final int MAX_BYTES = 64 << 20;

    public byte[] frame(byte[] payload) {
        var frame = ByteBuffer.allocate(HEADER_BYTES + payload.length + FOOTER_BYTES);
        frame.putInt(MAGIC).put(kindBytes()).putInt(version).putLong(payload.length).put(payload);
        var bytes = frame.array();
        frame.putInt(checksum(bytes));
        return bytes;
    }

    /// @throws dev.mens.diagnostics.ProblemException `damaged` or `otherVersion`
    public byte[] read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw damaged.with(file + " is too long");
        }
        return unframe(file, Files.readAllBytes(file));
    }

    private byte[] unframe(Path file, byte[] bytes) {
        var frame = ByteBuffer.wrap(bytes);
        var kind = new byte[Integer.BYTES];
        if (bytes.length < HEADER_BYTES + FOOTER_BYTES || frame.getInt() != MAGIC) {
            throw damaged.with(file + " is no file of Mens");
        }
        frame.get(kind);
        int found = frame.getInt();
        if (!Arrays.equals(kind, kindBytes()) || found != version) {
            throw otherVersion.with(file, "version " + found);
        }
        long length = frame.getLong();
        if (length != bytes.length - HEADER_BYTES - FOOTER_BYTES) {
            throw damaged.with(file + " is cut off");
        }
        if (frame.getInt(bytes.length - FOOTER_BYTES) != checksum(bytes)) {
            throw damaged.with(file + " fails its checksum");
        }
        return Arrays.copyOfRange(bytes, HEADER_BYTES, bytes.length - FOOTER_BYTES);
    }

    private byte[] kindBytes() {
        return kind.getBytes(StandardCharsets.US_ASCII);
    }

    /// CRC-32C of everything before the footer.
    private static int checksum(byte[] frame) {
        var crc = new CRC32C();
        crc.update(frame, 0, frame.length - FOOTER_BYTES);
        return (int) crc.getValue();
    }
}
