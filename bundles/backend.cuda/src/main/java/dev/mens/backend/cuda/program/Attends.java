package dev.mens.backend.cuda.program;

import dev.mens.backend.cuda.gpu.Gpu.Launch;
import dev.mens.backend.cuda.gpu.GpuFacts;
import dev.mens.backend.cuda.memory.PagePool;
import dev.mens.backend.cuda.program.DeviceLayer.DeviceAttention;
import java.util.List;
import java.util.Set;

/// Attention over the pages of the cache: which kernel serves which batch.
public final class Attends {
    private static final Set<Integer> FAST_SIZES = Set.of(64, 96, 128, 256);
    private static final int MOST_SHARING = 16;
    private static final int MOST_SPLITS = 8;
    private static final int THREADS = 128;

    /// A barrier, and what shares are rounded up to.
    private static final int SENT_BESIDE = 136;

    private final Operations operations;
    private final Precision precision;
    private final GpuFacts device;

    Attends(Operations operations, Precision precision, GpuFacts device) {
        this.operations = operations;
        this.precision = precision;
        this.device = device;
    }

    /// What attention reads and writes.
    ///
    /// @param projected f32 or of the compute type, `[count, (heads + 2 · keyHeads) · headSize]`
    /// @param single whether it is f32 where the compute type is not; then it is not `qkv`
    /// @param qkv the same, or another of the compute type for queries that are placed
    /// @param rows records of the batch
    /// @param pages table, `[sequences, mostPages]`
    /// @param keys pool of this layer, `values` likewise
    /// @param y `[count, heads · headSize]`
    /// @param tiles of {@link BatchPlan.Tile}
    record Operands(
            long projected,
            boolean single,
            long qkv,
            long rows,
            long pages,
            int mostPages,
            long keys,
            long values,
            long y,
            long tiles,
            int tileCount,
            int count,
            long partial,
            long arrived) {}

    /// Norms and turns queries and keys, fills the cache, and attends.
    ///
    /// @param single whether every row is the newest of a sequence of its own
    void attend(DeviceAttention attention, Operands on, boolean single) {
        if (single && decodesFused(attention)) {
            decode(attention, on);
            return;
        }
        place(attention, on);
        var prefill = Prefill.of(attention.headSize(), device).getFirst();
        if (fits(attention, prefill.sharedBytes())) {
            prefill(attention, on, prefill);
        } else {
            plain(attention, on);
        }
    }

    /// Whether {@link #attend} of newest rows is one kernel.
    boolean decodesFused(DeviceAttention attention) {
        var query = attention.queryNorm();
        var key = attention.keyNorm();
        int size = attention.headSize();
        int sharing = attention.heads() / attention.keyHeads();
        return fits(attention, decodeBytes(size, sharing, MOST_SPLITS) + decodeFixedBytes(size))
                && sharing <= MOST_SHARING
                && !attention.wholeNorm()
                && query.fusable()
                && key.fusable()
                && query.absent() == key.absent();
    }

    /// Whether there is a fast kernel, and the device has the shared memory for it.
    private boolean fits(DeviceAttention attention, int sharedBytes) {
        return precision == Precision.FAST
                && FAST_SIZES.contains(attention.headSize())
                && sharedBytes <= device.sharedBytes();
    }

    /// How many blocks share the keys of one sequence and head, so that all processors work. They
    /// form a cluster, which has at most eight.
    public static int splits(int keyHeads, int count, GpuFacts device) {
        int room = device.processors() / (count * keyHeads);
        return Math.min(MOST_SPLITS, Integer.highestOneBit(Math.max(1, room)));
    }

    /// Shared memory: keys and values of four warps, three deep, what is projected, and what blocks
    /// send each other: without that, two blocks have room on a processor.
    ///
    /// @param sharing query heads of a key head
    public static int decodeBytes(int headSize, int sharing, int splits) {
        int keys = headSize <= 64 ? 32 : 16;
        int sent = sharing * (headSize + 2 * MOST_SPLITS) * Float.BYTES + SENT_BESIDE;
        int projected = (sharing + 2) * headSize * Float.BYTES;
        return 4 * 3 * 2 * keys * (headSize + 8) * 2 + projected + (splits > 1 ? sent : 0);
    }

    /// At least what the kernel has besides: queries, the newest key, and their turns.
    private static int decodeFixedBytes(int headSize) {
        return 38 * headSize + 1536;
    }

    /// Rows of one sequence that a block of prefill takes at most.
    public static int tileRows(int headSize) {
        return headSize <= 128 ? 128 : 64;
    }

    /// A kernel for tiles of {@link #tileRows} rows of a sequence.
    ///
    /// @param threads of a block, one for each tile and head
    public record Prefill(String kernel, int threads, int sharedBytes) {
        private static final Set<Integer> GROUP_SIZES = Set.of(64, 128);

        /// Those that the device can run if its memory is large enough, the fastest first.
        public static List<Prefill> of(int headSize, GpuFacts device) {
            boolean groups = device.hopper() && GROUP_SIZES.contains(headSize);
            return groups ? List.of(groups(headSize), tiles(headSize)) : List.of(tiles(headSize));
        }

        /// Queries, and keys and values two pages deep.
        private static Prefill groups(int headSize) {
            int rows = tileRows(headSize) + 2 * 2 * PagePool.PAGE_TOKENS;
            return new Prefill(
                    "attend_groups_" + headSize, 2 * THREADS, rows * headSize * Short.BYTES);
        }

        /// The same, two pages deep only if heads are not large.
        private static Prefill tiles(int headSize) {
            int keyRows = (headSize <= 128 ? 2 : 1) * 2 * PagePool.PAGE_TOKENS;
            int rows = tileRows(headSize) + keyRows;
            return new Prefill(
                    "attend_prefill_" + headSize, THREADS, rows * (headSize + 8) * Short.BYTES);
        }
    }

    /// Bytes of f32 scratch for {@code count} rows of decoding.
    static long partialBytes(DeviceAttention attention, int count, GpuFacts device) {
        return (long) count
                * attention.heads()
                * splits(attention.keyHeads(), count, device)
                * (attention.headSize() + 4)
                * Float.BYTES;
    }

    static long arrivedBytes(DeviceAttention attention, int count) {
        return (long) count * attention.keyHeads() * Integer.BYTES;
    }

    private void decode(DeviceAttention attention, Operands on) {
        int splits = splits(attention.keyHeads(), on.count(), device);
        var rope = attention.rope();
        operations.launch(
                "attend_decode_" + attention.headSize(),
                new Launch(
                        splits,
                        attention.keyHeads(),
                        on.count(),
                        THREADS,
                        decodeBytes(
                                attention.headSize(),
                                attention.heads() / attention.keyHeads(),
                                splits),
                        true,
                        splits),
                operations
                        .arguments()
                        .addresses(on.projected(), on.rows(), on.pages())
                        .integer(on.mostPages())
                        .addresses(on.keys(), on.values())
                        .addresses(attention.queryNorm().gain(), attention.keyNorm().gain())
                        .real(attention.queryNorm().offset())
                        .real(attention.queryNorm().epsilon())
                        .addresses(rope.frequencies(), rope.beyond())
                        .integer(rope.pairs())
                        .real(rope.magnitude())
                        .integer(rope.beyondTokens())
                        .address(on.y())
                        .real(attention.scale())
                        .real(attention.softCap())
                        .integers(
                                attention.window(),
                                on.count(),
                                attention.heads(),
                                attention.keyHeads())
                        .addresses(on.partial(), on.arrived())
                        .integer(splits));
    }

    private void place(DeviceAttention attention, Operands on) {
        var query = attention.queryNorm();
        var key = attention.keyNorm();
        var kind = query.absent() ? key : query;
        var rope = attention.rope();
        operations.launch(
                "place_" + precision.suffix() + (on.single() ? "_single" : ""),
                Operations.eachRow(on.count()),
                operations
                        .arguments()
                        .addresses(on.projected(), on.qkv(), on.rows(), on.pages())
                        .integer(on.mostPages())
                        .addresses(on.keys(), on.values())
                        .addresses(query.gain(), query.bias(), key.gain(), key.bias())
                        .integers(kind.kind().code(), attention.wholeNorm() ? 1 : 0)
                        .real(kind.offset())
                        .real(kind.epsilon())
                        .addresses(rope.frequencies(), rope.beyond())
                        .integer(rope.pairs())
                        .real(rope.magnitude())
                        .integers(
                                rope.beyondTokens(),
                                on.count(),
                                attention.heads(),
                                attention.keyHeads(),
                                attention.headSize()));
    }

    private void prefill(DeviceAttention attention, Operands on, Prefill by) {
        operations.launch(
                by.kernel(),
                new Launch(
                        attention.heads(),
                        on.tileCount(),
                        1,
                        by.threads(),
                        by.sharedBytes(),
                        true,
                        1),
                operations
                        .arguments()
                        .addresses(on.qkv(), on.rows(), on.pages())
                        .integer(on.mostPages())
                        .addresses(on.keys(), on.values(), on.y(), on.tiles())
                        .real(attention.scale())
                        .real(attention.softCap())
                        .integers(attention.window(), attention.heads(), attention.keyHeads()));
    }

    private void plain(DeviceAttention attention, Operands on) {
        operations.launch(
                "attend_" + precision.suffix(),
                new Launch(attention.heads(), on.count(), 1, THREADS, 0, true, 1),
                operations
                        .arguments()
                        .addresses(on.qkv(), on.rows(), on.pages())
                        .integer(on.mostPages())
                        .addresses(on.keys(), on.values(), on.y())
                        .real(attention.scale())
                        .real(attention.softCap())
                        .integers(
                                attention.window(),
                                on.count(),
                                attention.heads(),
                                attention.keyHeads(),
                                attention.headSize()));
    }
}
