package dev.mens.formats.pickle;

import dev.mens.diagnostics.ProblemException;
import dev.mens.formats.FormatProblem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// Where the members of a zip archive lie in its file, so that they can be read in place.
/// Zip64 is understood. Nothing is ever unpacked to a name from the archive.
///
/// @see <a href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">APPNOTE.TXT</a>
final class ZipDirectory {
    private static final int END = 0x06054b50;
    private static final int END_64 = 0x06064b50;
    private static final int LOCATOR_64 = 0x07064b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int LOCAL = 0x04034b50;
    private static final int END_BYTES = 22;
    private static final int MAX_COMMENT = 0xFFFF;
    private static final long MAX_DIRECTORY = 64L << 20;
    private static final int MAX_MEMBERS = 200_000;
    private static final int ENCRYPTED = 1;
    private static final long ESCAPE = 0xFFFFFFFFL;

    private final FileChannel channel;
    private final String file;
    private final long fileBytes;

    private ZipDirectory(FileChannel channel, String file) throws IOException {
        this.channel = channel;
        this.file = file;
        this.fileBytes = channel.size();
    }

    /// One member.
    ///
    /// @param method 0 for stored, 8 for deflated
    /// @param packedBytes as they lie in the file
    /// @param header offset of its local header
    record Member(String name, int method, long packedBytes, long bytes, long header) {}

    /// Members by name.
    static Map<String, Member> read(FileChannel channel, String file) throws IOException {
        return new ZipDirectory(channel, file).members();
    }

    /// Offset of a member's first byte, behind its local header.
    static long dataOffset(FileChannel channel, String file, Member member) throws IOException {
        var zip = new ZipDirectory(channel, file);
        var local = zip.bytes(member.header(), 30);
        if (local.getInt(0) != LOCAL) {
            throw zip.bad("a member has no local header");
        }
        long start = member.header() + 30 + u16(local, 26) + u16(local, 28);
        if (member.packedBytes() > zip.fileBytes - start) {
            throw zip.bad("the member " + member.name() + " goes beyond the end");
        }
        return start;
    }

    private Map<String, Member> members() throws IOException {
        var tail = (int) Math.min(fileBytes, END_BYTES + MAX_COMMENT);
        var end = bytes(fileBytes - tail, tail);
        int at = tail - END_BYTES;
        while (at >= 0 && end.getInt(at) != END) {
            at--;
        }
        if (at < 0) {
            throw bad("its directory is missing, as in a file that was cut off");
        }
        long count = u16(end, at + 10);
        long size = u32(end, at + 12);
        long start = u32(end, at + 16);
        if (count == 0xFFFF || size == ESCAPE || start == ESCAPE) {
            var end64 = end64(fileBytes - tail + at - 20);
            count = end64.getLong(32);
            size = end64.getLong(40);
            start = end64.getLong(48);
        }
        if (count < 0 || count > MAX_MEMBERS || size < 0 || size > MAX_DIRECTORY) {
            throw FormatProblem.PICKLE_LIMIT.with(file, "an archive of " + count + " members");
        }
        return parse(bytes(start, (int) size), (int) count);
    }

    private ByteBuffer end64(long locator) throws IOException {
        var found = bytes(locator, 20);
        if (found.getInt(0) != LOCATOR_64) {
            throw bad("its zip64 directory is missing");
        }
        var end = bytes(found.getLong(8), 56);
        if (end.getInt(0) != END_64) {
            throw bad("its zip64 directory is missing");
        }
        return end;
    }

    private Map<String, Member> parse(ByteBuffer directory, int count) {
        var members = new LinkedHashMap<String, Member>();
        int at = 0;
        for (int i = 0; i < count; i++) {
            if (directory.limit() - at < 46 || directory.getInt(at) != CENTRAL) {
                throw bad("its directory is damaged");
            }
            int next = at + 46 + u16(directory, at + 28) + u16(directory, at + 30);
            next += u16(directory, at + 32);
            if (next > directory.limit()) {
                throw bad("its directory is damaged");
            }
            if ((u16(directory, at + 8) & ENCRYPTED) != 0) {
                throw bad("it is encrypted");
            }
            var member = member(directory, at);
            requireInside(member.name());
            if (members.put(member.name(), member) != null) {
                throw FormatProblem.DUPLICATE_NAME.with(file, member.name());
            }
            at = next;
        }
        return members;
    }

    private Member member(ByteBuffer directory, int at) {
        var name = new byte[u16(directory, at + 28)];
        directory.get(at + 46, name);
        long packed = u32(directory, at + 20);
        long bytes = u32(directory, at + 24);
        long header = u32(directory, at + 42);
        if (packed == ESCAPE || bytes == ESCAPE || header == ESCAPE) {
            int extra = at + 46 + name.length;
            int end = extra + u16(directory, at + 30);
            while (extra + 4 <= end && u16(directory, extra) != 1) {
                extra += 4 + u16(directory, extra + 2);
            }
            int value = extra + 4;
            bytes = bytes == ESCAPE ? wide(directory, value, end) : bytes;
            value += u32(directory, at + 24) == ESCAPE ? 8 : 0;
            packed = packed == ESCAPE ? wide(directory, value, end) : packed;
            value += u32(directory, at + 20) == ESCAPE ? 8 : 0;
            header = header == ESCAPE ? wide(directory, value, end) : header;
        }
        if (packed < 0 || packed > fileBytes || bytes < 0 || header < 0 || header > fileBytes) {
            throw bad("a member lies beyond its end");
        }
        return new Member(
                new String(name, StandardCharsets.UTF_8),
                u16(directory, at + 10),
                packed,
                bytes,
                header);
    }

    private long wide(ByteBuffer directory, int at, int end) {
        if (at + 8 > end) {
            throw bad("its directory is damaged");
        }
        return directory.getLong(at);
    }

    /// Nothing is unpacked, but an archive with such a name was made to mislead.
    private void requireInside(String name) {
        boolean inside =
                !name.startsWith("/")
                        && !name.contains("\\")
                        && !name.contains("\0")
                        && !name.equals("..")
                        && !name.startsWith("../")
                        && !name.contains("/../")
                        && !name.endsWith("/..");
        if (!inside) {
            throw FormatProblem.SHARD_OUTSIDE.with(file, name);
        }
    }

    private ByteBuffer bytes(long offset, int count) throws IOException {
        if (offset < 0 || offset > fileBytes - count) {
            throw bad("its directory points beyond its end");
        }
        var bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, offset + bytes.position()) < 0) {
                throw bad("it ends early");
            }
        }
        return bytes.flip();
    }

    private static int u16(ByteBuffer bytes, int at) {
        return Short.toUnsignedInt(bytes.getShort(at));
    }

    private static long u32(ByteBuffer bytes, int at) {
        return Integer.toUnsignedLong(bytes.getInt(at));
    }

    private ProblemException bad(String why) {
        return FormatProblem.BAD_ARCHIVE.with(file, why);
    }
}
