package dev.mens.backend.cpu.vector;

import dev.mens.compute.Network.Attention;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/// Row by row: normalizes and turns the heads of queries and keys, and puts keys and values into
/// the caches.
final class HeadsStep implements RowStep {
    private final int layer;
    private final int heads;
    private final int keyHeads;
    private final int size;
    private final @Nullable Norms queryNorm;
    private final @Nullable Norms keyNorm;
    private final @Nullable Slot table;
    private final int pairs;
    private final CacheShape shape;
    private final Slot q;
    private final Slot k;
    private final Slot v;

    HeadsStep(
            Arena arena,
            Attention attention,
            int layer,
            CacheShape shape,
            @Nullable Slot table,
            Slot q,
            Slot k,
            Slot v) {
        this.layer = layer;
        this.heads = attention.heads();
        this.keyHeads = attention.keyHeads();
        this.size = attention.headSize();
        this.queryNorm = Norms.of(arena, attention.queryNorm());
        this.keyNorm = Norms.of(arena, attention.keyNorm());
        this.table = table;
        var rope = attention.rope();
        this.pairs = rope == null ? 0 : rope.inverseFrequencies().length;
        this.shape = shape;
        this.q = q;
        this.k = k;
        this.v = v;
    }

    @Override
    public int items(Frame frame) {
        return frame.rows;
    }

    @Override
    public void work(Frame frame, int worker, int from, int to) {
        var rows = frame.at(q).functions();
        for (int r = from; r < to; r++) {
            long cos = table == null ? 0 : frame.at(table).row(r);
            long queries = frame.at(q).row(r);
            long keys = frame.at(k).row(r);
            place(rows, queryNorm, queries, heads, cos);
            place(rows, keyNorm, keys, keyHeads, cos);
            int position = frame.positions[r];
            long page = frame.partOf(r).cache().page(position);
            store(rows, page, position % CacheShape.PAGE, keys, frame.at(v).row(r));
        }
    }

    private void place(RowFunctions rows, @Nullable Norms norm, long row, int count, long cos) {
        if (norm != null) {
            for (int from = 0; from < count * size; from += norm.width()) {
                norm.apply(rows, row + 4L * from, row + 4L * from);
            }
        }
        if (cos != 0) {
            rows.rotate(row, count, size, cos, RopeStep.sines(cos, pairs), pairs);
        }
    }

    private void store(RowFunctions rows, long page, int slot, long keys, long values) {
        int tile = slot / CacheShape.TILE;
        int lane = slot % CacheShape.TILE;
        int element = shape.type().bytes();
        for (int h = 0; h < keyHeads; h++) {
            long first = page + shape.keys(layer, h);
            store(
                    rows,
                    keys + 4L * h * size,
                    first + (long) element * (tile * size * CacheShape.TILE + lane),
                    element * CacheShape.TILE);
            long row = page + shape.values(layer, h);
            store(
                    rows,
                    values + 4L * h * size,
                    row + (long) element * slot * Memory.stride(size),
                    element);
        }
    }

    /// A head's floats as elements of the cache that are `step` bytes apart.
    private void store(RowFunctions rows, long from, long to, int step) {
        switch (shape.type()) {
            case F32 -> rows.spread(from, to, step, size);
            case F16 -> rows.spreadHalves(from, to, step, size);
        }
    }
}
