package dev.mens.oplog.segment;

import dev.mens.crypto.Hashing;
import dev.mens.diagnostics.ProblemException;
import dev.mens.oplog.OpEntry;
import dev.mens.oplog.OpLogProblem;
import dev.mens.oplog.Retention;
import dev.mens.oplog.entry.EntryCodec;
import dev.mens.oplog.entry.RawEntry;
import dev.mens.storage.DurableFiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One file of records (docs/formats.md) with its index. One segment of a lane is written; the
/// others are full and never change.
///
/// Reads go through a mapping, because a thread that is interrupted while it reads through a
/// channel closes it for all. The file has its full size from the start and is zero beyond its
/// records, so that syncing a batch need not write a new size.
final class Segment implements AutoCloseable {
    static final String ENDING = ".seg";
    static final int BYTES = 16 << 20;
    static final int HEADER_BYTES = 32;
    static final int RECORD_HEADER_BYTES = 2 * Integer.BYTES + Long.BYTES + OpEntry.SIGNATURE_BYTES;

    private static final int MAGIC = 0x4D454E53;
    private static final int KIND = 0x6F706C67;
    private static final int VERSION = 1;
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final Logger LOG = LoggerFactory.getLogger(Segment.class);

    private final Path file;
    private final Hashing hashing;
    private final Arena arena;
    private final MemorySegment mapped;
    private final long first;
    private final @Nullable GrowingIndex growing;
    private SoftReference<SealedIndex> sealed = new SoftReference<>(null);
    private int end = HEADER_BYTES;

    private Segment(
            Path file,
            Hashing hashing,
            Arena arena,
            MemorySegment mapped,
            long first,
            @Nullable GrowingIndex index) {
        this.file = file;
        this.hashing = hashing;
        this.arena = arena;
        this.mapped = mapped;
        this.first = first;
        this.growing = index;
    }

    /// A new, empty segment, durable as such.
    static Segment create(Path file, Retention retention, long firstPosition, Hashing hashing)
            throws IOException {
        var header = ByteBuffer.allocate(HEADER_BYTES);
        header.putInt(MAGIC).putInt(KIND).putInt(VERSION).putInt(retention.code());
        header.putLong(firstPosition).putInt(crc(header.array(), HEADER_BYTES - 8));
        DurableFiles.write(file, header.array());
        return open(file, retention, true, hashing);
    }

    /// @param growing whether it is being written; then its records are indexed again, and what
    ///     follows the last sound one is wiped
    static Segment open(Path file, Retention retention, boolean growing, Hashing hashing)
            throws IOException {
        var arena = Arena.ofShared();
        boolean opened = false;
        try (var channel = open(file)) {
            long first = first(file, channel, retention);
            long size = growing ? BYTES : channel.size();
            var mapped =
                    channel.map(growing ? MapMode.READ_WRITE : MapMode.READ_ONLY, 0, size, arena);
            var index = growing ? new GrowingIndex() : null;
            var segment = new Segment(file, hashing, arena, mapped.asReadOnly(), first, index);
            segment.end = growing ? HEADER_BYTES : (int) size;
            opened = true;
            return segment;
        } finally {
            if (!opened) {
                arena.close();
            }
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static long first(Path file, FileChannel channel, Retention retention)
            throws IOException {
        var header = ByteBuffer.allocate(HEADER_BYTES);
        while (header.hasRemaining() && channel.read(header) >= 0) {}
        header.flip();
        if (header.limit() < HEADER_BYTES || header.getInt() != MAGIC || header.getInt() != KIND) {
            throw OpLogProblem.DAMAGED.with(file + " is no segment");
        }
        int version = header.getInt();
        if (version != VERSION) {
            throw OpLogProblem.OTHER_VERSION.with(file, "version " + version);
        }
        boolean sound =
                header.getInt() == retention.code()
                        && header.getInt(HEADER_BYTES - 8) == crc(header.array(), HEADER_BYTES - 8)
                        && channel.size() <= BYTES;
        if (!sound) {
            throw OpLogProblem.DAMAGED.with(file + " fails its checksum");
        }
        return header.getLong();
    }

    /// The position of its first record, or of the one to come.
    long first() {
        return first;
    }

    /// Bytes in use.
    int end() {
        return end;
    }

    Path file() {
        return file;
    }

    SegmentIndex index() throws IOException {
        if (growing != null) {
            return growing;
        }
        var index = sealed.get();
        if (index == null) {
            index = readOrRebuild();
            sealed = new SoftReference<>(index);
        }
        return index;
    }

    /// Whether a body of this size still fits.
    boolean hasRoom(int bodyBytes) {
        return end + RECORD_HEADER_BYTES + bodyBytes <= BYTES;
    }

    /// Puts a record's bytes at the end of `out`, which will be written at {@link #end}.
    static void encode(Stored stored, ByteBuffer out) {
        int start = out.position();
        var body = stored.raw().body();
        out.putInt(body.length).putInt(0).putLong(stored.position());
        out.put(stored.raw().signature()).put(body);
        int checked = start + 2 * Integer.BYTES;
        var crc = new CRC32C();
        crc.update(out.slice(checked, out.position() - checked));
        out.putInt(start + Integer.BYTES, (int) crc.getValue());
    }

    static int recordBytes(RawEntry raw) {
        return RECORD_HEADER_BYTES + raw.body().length;
    }

    /// Makes a record that was written known.
    void indexed(Placement placement, int bytes) {
        growing().add(placement, end);
        end += bytes;
    }

    Stored read(int record) throws IOException {
        return at(index().offset(record))
                .orElseThrow(() -> OpLogProblem.DAMAGED.with(fault(record)));
    }

    /// Where it is, for people.
    private String fault(int record) {
        return "record " + record + " of " + file;
    }

    /// The record at an offset, if there is a sound one.
    Optional<Stored> at(int offset) {
        long limit = mapped.byteSize();
        if (offset + RECORD_HEADER_BYTES > limit) {
            return Optional.empty();
        }
        int length = mapped.get(INT, offset);
        long size = RECORD_HEADER_BYTES + (long) length;
        if (length <= 0 || length > OpEntry.MAX_BYTES || offset + size > limit) {
            return Optional.empty();
        }
        var bytes = mapped.asSlice(offset, size).toArray(ValueLayout.JAVA_BYTE);
        int checked = 2 * Integer.BYTES;
        var crc = new CRC32C();
        crc.update(bytes, checked, bytes.length - checked);
        var record = ByteBuffer.wrap(bytes);
        if (record.getInt(Integer.BYTES) != (int) crc.getValue()) {
            return Optional.empty();
        }
        var signature = new byte[OpEntry.SIGNATURE_BYTES];
        var body = new byte[length];
        long position = record.position(checked).getLong();
        record.get(signature).get(body);
        return Optional.of(new Stored(position, new RawEntry(body, signature)));
    }

    /// Finds the records again.
    void recover() {
        end = scan(growing());
    }

    /// Wipes what a crash left behind the last sound record: nobody was told that it is there. It
    /// is set aside beside the segment, in case that it was not a crash.
    void wipe() throws IOException {
        long dirty = mapped.byteSize();
        while (dirty > end && mapped.get(ValueLayout.JAVA_BYTE, dirty - 1) == 0) {
            dirty--;
        }
        if (dirty == end) {
            return;
        }
        var unfinished = mapped.asSlice(end, dirty - end).toArray(ValueLayout.JAVA_BYTE);
        var aside = beside(".cut");
        DurableFiles.write(aside, unfinished);
        LOG.warn("{} unfinished bytes of {} were moved to {}", unfinished.length, file, aside);
        try (var channel = open(file)) {
            write(channel, ByteBuffer.allocate(unfinished.length), end);
            channel.force(true);
        }
    }

    /// @return where the sound records end
    private int scan(GrowingIndex into) {
        int at = HEADER_BYTES;
        long last = first - 1;
        for (; ; ) {
            var stored = at(at);
            if (stored.isEmpty() || stored.get().position() <= last) {
                return at;
            }
            last = stored.get().position();
            var entry = EntryCodec.decode(stored.get().raw(), hashing);
            into.add(placement(last, entry), at);
            at += recordBytes(stored.get().raw());
        }
    }

    static Placement placement(long position, OpEntry entry) {
        long prefix = ByteBuffer.wrap(entry.id().bytes()).getLong();
        return new Placement(position, prefix, entry.author(), entry.sequence());
    }

    static void write(FileChannel channel, ByteBuffer bytes, long offset) throws IOException {
        while (bytes.hasRemaining()) {
            offset += channel.write(bytes, offset);
        }
    }

    /// Ends writing: cuts the file to its records and writes the index beside it.
    void seal() throws IOException {
        DurableFiles.write(indexFile(), SealedIndex.FILE.frame(SealedIndex.encode(growing())));
        try (var channel = open(file)) {
            channel.truncate(end);
            channel.force(true);
        }
    }

    void delete() throws IOException {
        Files.deleteIfExists(file);
        Files.deleteIfExists(indexFile());
        Files.deleteIfExists(beside(".cut"));
    }

    private Path indexFile() {
        return beside(".idx");
    }

    private Path beside(String ending) {
        return file.resolveSibling(file.getFileName().toString().replace(ENDING, ending));
    }

    /// The index says nothing that the segment does not say, so losing it costs only time.
    private SealedIndex readOrRebuild() throws IOException {
        try {
            return new SealedIndex(SealedIndex.FILE.read(indexFile()));
        } catch (NoSuchFileException | ProblemException lost) {
            LOG.info("{} is indexed again: {}", file, lost.getMessage());
        }
        var index = new GrowingIndex();
        if (scan(index) != end) {
            throw OpLogProblem.DAMAGED.with(fault(index.count()));
        }
        var payload = SealedIndex.encode(index);
        DurableFiles.write(indexFile(), SealedIndex.FILE.frame(payload));
        return new SealedIndex(payload);
    }

    private GrowingIndex growing() {
        if (growing == null) {
            throw new IllegalStateException(file + " is full");
        }
        return growing;
    }

    @Override
    public void close() {
        arena.close();
    }

    private static int crc(byte[] bytes, int count) {
        var crc = new CRC32C();
        crc.update(bytes, 0, count);
        return (int) crc.getValue();
    }
}
