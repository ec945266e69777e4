package dev.mens.oplog.segment;

import dev.mens.crypto.Hashing;
import dev.mens.crypto.PublicKey;
import dev.mens.oplog.EntryId;
import dev.mens.oplog.OpEntry;
import dev.mens.oplog.Retention;
import dev.mens.oplog.entry.RawEntry;
import dev.mens.storage.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/// All entries of one retention class, as segments in a folder of their own. One thread writes;
/// any may read what is on the disk.
public final class Lane implements AutoCloseable {
    private static final int MAX_READ_BYTES = 4 << 20;

    private final Path folder;
    private final Retention retention;
    private final Hashing hashing;
    private final List<Segment> segments = new ArrayList<>();
    /// Guards the list, the growing index, and mappings against being closed while they are read.
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private @Nullable FileChannel channel;

    /// What is to be written.
    public record Pending(Stored stored, OpEntry entry) {}

    private Lane(Path folder, Retention retention, Hashing hashing) {
        this.folder = folder;
        this.retention = retention;
        this.hashing = hashing;
    }

    /// @throws dev.mens.diagnostics.ProblemException vox/oplog/damaged, vox/oplog/other-version
    public static Lane open(Path folder, Retention retention, Hashing hashing) throws IOException {
        var lane = new Lane(folder, retention, hashing);
        boolean opened = false;
        try {
            lane.open();
            opened = true;
            return lane;
        } finally {
            if (!opened) {
                lane.close();
            }
        }
    }

    private void open() throws IOException {
        DurableFiles.createFolders(folder);
        var files =
                DurableFiles.entries(folder).stream()
                        .filter(file -> file.toString().endsWith(Segment.ENDING))
                        .toList();
        for (int i = 0; i < files.size(); i++) {
            boolean last = i == files.size() - 1;
            segments.add(Segment.open(files.get(i), retention, last, hashing));
        }
        if (segments.isEmpty()) {
            return;
        }
        var growing = segments.getLast();
        growing.recover();
        channel = FileChannel.open(growing.file(), StandardOpenOption.WRITE);
    }

    /// Removes what a crash left unfinished. Until then nothing on the disk is changed.
    public void wipe() throws IOException {
        if (!segments.isEmpty()) {
            segments.getLast().wipe();
        }
    }

    /// Where the next record may be: behind all that are here.
    public long end() throws IOException {
        for (int i = segments.size() - 1; i >= 0; i--) {
            var index = segments.get(i).index();
            if (index.count() > 0) {
                return index.position(index.count() - 1) + 1;
            }
        }
        return segments.isEmpty() ? 0 : segments.getFirst().first();
    }

    /// Writes and syncs; readers see the records when this returns. Called by one thread only.
    public void append(List<Pending> batch) throws IOException {
        int done = 0;
        while (done < batch.size()) {
            var growing = growing(batch.get(done));
            int bytes = 0;
            int taken = done;
            while (taken < batch.size()) {
                int size = Segment.recordBytes(batch.get(taken).stored().raw());
                if (growing.end() + bytes + size > Segment.BYTES) {
                    break;
                }
                bytes += size;
                taken++;
            }
            write(growing, batch.subList(done, taken), bytes);
            done = taken;
        }
    }

    private void write(Segment growing, List<Pending> part, int bytes) throws IOException {
        var out = ByteBuffer.allocate(bytes);
        part.forEach(pending -> Segment.encode(pending.stored(), out));
        var open = Objects.requireNonNull(channel);
        Segment.write(open, out.flip(), growing.end());
        open.force(false);
        lock.writeLock().lock();
        try {
            for (var pending : part) {
                var placement = Segment.placement(pending.stored().position(), pending.entry());
                growing.indexed(placement, Segment.recordBytes(pending.stored().raw()));
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /// The segment for a record: the last one, or a new one if that is full.
    private Segment growing(Pending next) throws IOException {
        if (!segments.isEmpty() && segments.getLast().hasRoom(next.stored().raw().body().length)) {
            return segments.getLast();
        }
        if (!segments.isEmpty()) {
            seal();
        }
        long first = next.stored().position();
        var file = folder.resolve("%016x%s".formatted(first, Segment.ENDING));
        var created = Segment.create(file, retention, first, hashing);
        channel = FileChannel.open(file, StandardOpenOption.WRITE);
        lock.writeLock().lock();
        try {
            segments.add(created);
        } finally {
            lock.writeLock().unlock();
        }
        return created;
    }

    private void seal() throws IOException {
        var full = segments.getLast();
        Objects.requireNonNull(channel).close();
        full.seal();
        var reopened = Segment.open(full.file(), retention, false, hashing);
        lock.writeLock().lock();
        try {
            segments.set(segments.size() - 1, reopened);
            full.close();
        } finally {
            lock.writeLock().unlock();
        }
    }

    /// Some records.
    ///
    /// @param until those at lower positions are all there
    public record Page(List<Stored> records, long until) {}

    /// Records in order of positions, at most `limit`, and no more than memory has room for.
    ///
    /// @param from the lowest position
    /// @param below all positions are below this one
    public Page read(long from, long below, int limit) throws IOException {
        var found = new ArrayList<Stored>();
        int bytes = 0;
        lock.readLock().lock();
        try {
            for (int i = segmentOf(from); i < segments.size(); i++) {
                var segment = segments.get(i);
                var index = segment.index();
                for (int record = index.at(from); record < index.count(); record++) {
                    long position = index.position(record);
                    if (position >= below) {
                        return new Page(found, below);
                    }
                    if (found.size() == limit || bytes > MAX_READ_BYTES) {
                        return new Page(found, position);
                    }
                    found.add(segment.read(record));
                    bytes += found.getLast().raw().body().length;
                }
            }
            return new Page(found, below);
        } finally {
            lock.readLock().unlock();
        }
    }

    /// The position of the first record at this position or a later one; -1 if there is none.
    public long next(long from) throws IOException {
        lock.readLock().lock();
        try {
            for (int i = segmentOf(from); i < segments.size(); i++) {
                var index = segments.get(i).index();
                int record = index.at(from);
                if (record < index.count()) {
                    return index.position(record);
                }
            }
            return -1;
        } finally {
            lock.readLock().unlock();
        }
    }

    private int segmentOf(long position) {
        int at = segments.size() - 1;
        while (at > 0 && segments.get(at).first() > position) {
            at--;
        }
        return Math.max(at, 0);
    }

    public Optional<Stored> find(PublicKey author, long sequence) throws IOException {
        lock.readLock().lock();
        try {
            for (int i = segments.size() - 1; i >= 0; i--) {
                int record = segments.get(i).index().record(author, sequence);
                if (record >= 0) {
                    return Optional.of(segments.get(i).read(record));
                }
            }
            return Optional.empty();
        } finally {
            lock.readLock().unlock();
        }
    }

    public boolean has(EntryId id) throws IOException {
        return !find(id.toString(), 1).isEmpty();
    }

    /// Entries whose id begins with these digits; the latest first.
    ///
    /// @param prefix at most 64 lower-case hexadecimal digits
    public List<Stored> find(String prefix, int limit) throws IOException {
        var digits = prefix.substring(0, Math.min(16, prefix.length()));
        long lowest = HexFormat.fromHexDigitsToLong(digits + "0".repeat(16 - digits.length()));
        long highest = HexFormat.fromHexDigitsToLong(digits + "f".repeat(16 - digits.length()));
        var found = new ArrayList<Stored>();
        lock.readLock().lock();
        try {
            for (int i = segments.size() - 1; i >= 0 && found.size() < limit; i--) {
                var records = new ArrayList<Integer>();
                var segment = segments.get(i);
                segment.index().find(lowest, highest, records::add);
                for (int record : records) {
                    var stored = segment.read(record);
                    if (found.size() < limit && begins(stored.raw(), prefix)) {
                        found.add(stored);
                    }
                }
            }
            return found;
        } finally {
            lock.readLock().unlock();
        }
    }

    private boolean begins(RawEntry raw, String prefix) {
        return HexFormat.of().formatHex(hashing.blake3(raw.body())).startsWith(prefix);
    }

    /// Removes full segments that were last written before this time.
    ///
    /// @return whether there were any
    public boolean expire(Instant before) throws IOException {
        boolean any = false;
        lock.writeLock().lock();
        try {
            while (segments.size() > 1) {
                var oldest = segments.getFirst();
                if (!Files.getLastModifiedTime(oldest.file()).toInstant().isBefore(before)) {
                    break;
                }
                segments.removeFirst();
                oldest.close();
                oldest.delete();
                DurableFiles.syncFolder(folder);
                any = true;
            }
            return any;
        } finally {
            lock.writeLock().unlock();
        }
    }

    public long bytes() {
        lock.readLock().lock();
        try {
            return segments.stream().mapToLong(Segment::end).sum();
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void close() throws IOException {
        lock.writeLock().lock();
        try {
            if (channel != null) {
                channel.close();
            }
            segments.forEach(Segment::close);
            segments.clear();
        } finally {
            lock.writeLock().unlock();
        }
    }
}
