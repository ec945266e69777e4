package dev.mens.oplog.segment;

import dev.mens.crypto.PublicKey;
import dev.mens.oplog.OpLogProblem;
import dev.mens.storage.FramedFile;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/// The index of a segment that is full, as bytes (docs/formats.md).
final class SealedIndex implements SegmentIndex {
    static final FramedFile FILE =
            new FramedFile("olix", 1, OpLogProblem.DAMAGED, OpLogProblem.OTHER_VERSION);

    private static final int RECORD_BYTES = Integer.BYTES + Long.BYTES;
    private static final int SORTED_BYTES = Long.BYTES + Integer.BYTES;
    private static final int RUN_HEADER_BYTES = PublicKey.BYTES + Long.BYTES + Integer.BYTES;

    private final ByteBuffer bytes;
    private final int count;
    private final int sorted;
    private final Map<PublicKey, Run> runs = new HashMap<>();

    /// @param place of its records in the bytes
    private record Run(long first, int count, int place) {}

    /// @param payload what {@link #encode} returned
    SealedIndex(byte[] payload) {
        this.bytes = ByteBuffer.wrap(payload);
        this.count = bytes.getInt();
        this.sorted = Integer.BYTES + count * RECORD_BYTES;
        int place = sorted + count * SORTED_BYTES;
        while (place < payload.length) {
            var author = new byte[PublicKey.BYTES];
            bytes.position(place).get(author);
            long first = bytes.getLong();
            int entries = bytes.getInt();
            runs.put(new PublicKey(author), new Run(first, entries, bytes.position()));
            place = bytes.position() + entries * Integer.BYTES;
        }
    }

    static byte[] encode(GrowingIndex index) {
        int count = index.count();
        int records = (int) index.runs().stream().flatMapToInt(GrowingIndex.Run::records).count();
        var out =
                ByteBuffer.allocate(
                        Integer.BYTES
                                + count * (RECORD_BYTES + SORTED_BYTES)
                                + index.runs().size() * RUN_HEADER_BYTES
                                + records * Integer.BYTES);
        out.putInt(count);
        for (int record = 0; record < count; record++) {
            out.putInt(index.offset(record)).putLong(index.position(record));
        }
        IntStream.range(0, count)
                .boxed()
                .sorted((a, b) -> Long.compareUnsigned(index.prefix(a), index.prefix(b)))
                .forEach(record -> out.putLong(index.prefix(record)).putInt(record));
        for (var run : index.runs()) {
            out.put(run.author().bytes()).putLong(run.first());
            out.putInt((int) run.records().count());
            run.records().forEach(out::putInt);
        }
        return out.array();
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public int offset(int record) {
        return bytes.getInt(Integer.BYTES + record * RECORD_BYTES);
    }

    @Override
    public long position(int record) {
        return bytes.getLong(2 * Integer.BYTES + record * RECORD_BYTES);
    }

    @Override
    public void find(long lowest, long highest, IntConsumer found) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(prefix(middle), lowest) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        for (int i = low; i < count && Long.compareUnsigned(prefix(i), highest) <= 0; i++) {
            found.accept(bytes.getInt(sorted + i * SORTED_BYTES + Long.BYTES));
        }
    }

    @Override
    public int record(PublicKey author, long sequence) {
        var run = runs.get(author);
        if (run == null || sequence < run.first() || sequence >= run.first() + run.count()) {
            return -1;
        }
        return bytes.getInt(run.place() + (int) (sequence - run.first()) * Integer.BYTES);
    }

    private long prefix(int nth) {
        return bytes.getLong(sorted + nth * SORTED_BYTES);
    }
}
