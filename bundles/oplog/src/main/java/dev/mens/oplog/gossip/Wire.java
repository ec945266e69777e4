package dev.mens.oplog.gossip;

import dev.mens.crypto.PublicKey;
import dev.mens.oplog.EntryId;
import dev.mens.oplog.OpEntry;
import dev.mens.oplog.OpLogProblem;
import dev.mens.oplog.Retention;
import dev.mens.oplog.entry.RawEntry;
import dev.mens.oplog.log.Reach;
import dev.mens.oplog.log.Slot;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The messages of `oplog/1` (docs/formats.md). Each has a type, a count and as many items of that
/// type; every length is checked before memory is taken for it.
final class Wire {
    static final String NAME = "oplog/1";
    static final int DIGEST_BYTES = 32;

    /// Items of one message.
    static final int MAX_ENTRIES = 2048;

    /// Of the entries in one message.
    static final int MAX_BYTES = 1 << 20;

    private static final int MAX_REACHES = 1 << 16;
    private static final int DIGEST = 1;
    private static final int REACHES = 2;
    private static final int ENTRIES = 3;
    private static final int DONE = 4;
    private static final int KEPT = 5;

    /// What one side tells the other.
    sealed interface Message {}

    @SuppressWarnings("ArrayRecordComponent")
    record Digest(byte[] bytes) implements Message {}

    record Reaches(Map<Slot, Reach> all) implements Message {}

    record Entries(List<RawEntry> all) implements Message {}

    /// No more entries will come.
    record Done() implements Message {}

    /// What came before {@link Done} was taken and is on the disk.
    ///
    /// @param entries how many of them were new
    record Kept(int entries) implements Message {}

    private final DataInputStream in;
    private final DataOutputStream out;

    /// @param out buffered
    Wire(InputStream in, OutputStream out) {
        this.in = new DataInputStream(in);
        this.out = new DataOutputStream(out);
    }

    void write(Message message) throws IOException {
        switch (message) {
            case Digest(var bytes) -> {
                head(DIGEST, 1);
                out.write(bytes);
            }
            case Reaches(var all) -> {
                head(REACHES, all.size());
                for (var one : all.entrySet()) {
                    write(one.getKey(), one.getValue());
                }
            }
            case Entries(var all) -> {
                head(ENTRIES, all.size());
                for (var raw : all) {
                    out.writeInt(raw.body().length);
                    out.write(raw.signature());
                    out.write(raw.body());
                }
            }
            case Done() -> head(DONE, 0);
            case Kept(var entries) -> head(KEPT, entries);
        }
    }

    void flush() throws IOException {
        out.flush();
    }

    private void head(int type, int count) throws IOException {
        out.writeByte(type);
        out.writeInt(count);
    }

    private void write(Slot slot, Reach reach) throws IOException {
        out.write(slot.author().bytes());
        out.writeByte(slot.retention().code());
        out.writeLong(reach.floor());
        out.writeLong(reach.next());
        out.write(reach.last().bytes());
    }

    /// @throws dev.mens.diagnostics.ProblemException vox/oplog/malformed
    Message read() throws IOException {
        int type = in.readUnsignedByte();
        int count = in.readInt();
        return switch (type) {
            case DIGEST -> new Digest(bytes(requireAtMost(1, count, type) * DIGEST_BYTES));
            case REACHES -> new Reaches(reaches(requireAtMost(MAX_REACHES, count, type)));
            case ENTRIES -> new Entries(entries(requireAtMost(MAX_ENTRIES, count, type)));
            case DONE -> {
                requireAtMost(0, count, type);
                yield new Done();
            }
            case KEPT -> new Kept(requireAtMost(Integer.MAX_VALUE, count, type));
            default -> throw OpLogProblem.MALFORMED.with("a message has type " + type);
        };
    }

    private Map<Slot, Reach> reaches(int count) throws IOException {
        var all = new HashMap<Slot, Reach>();
        for (int i = 0; i < count; i++) {
            var author = new PublicKey(bytes(PublicKey.BYTES));
            int code = in.readUnsignedByte();
            var retention =
                    Retention.of(code)
                            .orElseThrow(
                                    () -> OpLogProblem.MALFORMED.with("entries of class " + code));
            long floor = in.readLong();
            long next = in.readLong();
            if (floor < 0 || floor > next) {
                throw OpLogProblem.MALFORMED.with("a message says that entries begin at " + floor);
            }
            var last = new EntryId(bytes(EntryId.BYTES));
            all.put(new Slot(author, retention), new Reach(floor, next, last));
        }
        return all;
    }

    private List<RawEntry> entries(int count) throws IOException {
        var all = new ArrayList<RawEntry>();
        int left = MAX_BYTES;
        for (int i = 0; i < count; i++) {
            int length = requireAtMost(Math.min(OpEntry.MAX_BYTES, left), in.readInt(), ENTRIES);
            left -= length;
            var signature = bytes(OpEntry.SIGNATURE_BYTES);
            all.add(new RawEntry(bytes(length), signature));
        }
        return all;
    }

    private byte[] bytes(int count) throws IOException {
        var bytes = new byte[count];
        in.readFully(bytes);
        return bytes;
    }

    private static int requireAtMost(int limit, int count, int type) {
        if (count < 0 || count > limit) {
            throw OpLogProblem.MALFORMED.with("a message of type " + type + " says " + count);
        }
        return count;
    }
}
