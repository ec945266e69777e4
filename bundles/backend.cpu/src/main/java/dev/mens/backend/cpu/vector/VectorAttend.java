package dev.mens.backend.cpu.vector;

import static dev.mens.backend.cpu.vector.CacheShape.PAGE;
import static dev.mens.backend.cpu.vector.CacheShape.TILE;

/// Attention with an online softmax over the pages of the cache, on the Vector API.
///
/// @see <a href="https://arxiv.org/abs/1805.02867">Milakov and Gimelshein 2018</a>
final class VectorAttend implements Attend {
    private static final long SCORES_STEP = 4L * PAGE;

    /// Bytes of a query's state: its maximum, its sum, and by how much its sums shrink next.
    private static final int STATE = 16;

    private final AttentionShape shape;
    private final int size;
    private final int group;

    /// Bytes of a query, and of its sums: whole pairs of vectors.
    private final long step;

    VectorAttend(AttentionShape shape) {
        this.shape = shape;
        this.size = shape.size();
        this.group = shape.group();
        this.step = 4L * Memory.stride(size + Lanes.COUNT - 1);
    }

    @Override
    public void attend(
            long pages,
            long keys,
            long values,
            int start,
            int rows,
            int first,
            int queries,
            long q,
            long out,
            int rowStep,
            long scratch) {
        long sums = scratch + QUERIES * step;
        long scores = sums + QUERIES * step;
        long state = scores + QUERIES * SCORES_STEP;
        long tile = state + (long) QUERIES * STATE;
        long wide = tile + 4L * Panel.TILE_FLOATS;
        for (int j = 0; j < queries; j++) {
            gather(q + head(first + j, rowStep), scratch + j * step);
            Memory.zero(sums + j * step, step / 4);
            Memory.set(state + (long) STATE * j, Float.NEGATIVE_INFINITY);
            Memory.set(state + (long) STATE * j + 4, 0);
        }
        int end = shape.causal() ? start + (first + queries - 1) / group + 1 : start + rows;
        for (int base = seen(start + first / group) / PAGE * PAGE; base < end; base += PAGE) {
            long page = Memory.pointer(pages + 8L * (base / PAGE));
            int count = Math.min(PAGE, end - base);
            scores(queries, scratch, keys(page + keys, count, wide), count, scores, tile);
            for (int j = 0; j < queries; j++) {
                int position = start + (first + j) / group;
                int from = Math.max(0, seen(position) - base);
                int to = shape.causal() ? Math.min(count, position + 1 - base) : count;
                Softmax.weigh(
                        scores + j * SCORES_STEP,
                        from,
                        to,
                        shape.softCap(),
                        state + (long) STATE * j);
            }
            mix(queries, scores, values(page + values, count, wide), count, sums, state + 8, tile);
        }
        for (int j = 0; j < queries; j++) {
            divide(
                    sums + j * step,
                    Memory.get(state + (long) STATE * j + 4),
                    out + head(first + j, rowStep));
        }
    }

    /// `scores[j, p] = q[j] · keys[p]`; tiles are taken in pairs where a panel is two wide, which
    /// scores some positions too many.
    private void scores(int queries, long q, long keys, int count, long scores, long tile) {
        long tileBytes = 4L * TILE * size;
        long next = Lanes.COUNT == TILE ? tileBytes : Lanes.BYTES;
        for (int at = 0; at < count; at += 2 * Lanes.COUNT) {
            long panel = keys + at / TILE * tileBytes + 4L * (at % TILE);
            for (int j = 0; j < queries; j++) {
                Memory.zero(scores + j * SCORES_STEP + 4L * at, 2 * Lanes.COUNT);
            }
            Panel.rows(
                    queries,
                    q,
                    step,
                    panel,
                    4L * TILE,
                    next,
                    size,
                    scores + 4L * at,
                    SCORES_STEP,
                    tile);
        }
    }

    /// `sums[j] = shrink[j] · sums[j] + weights[j] · values`; a last single vector is taken twice,
    /// into the padding of the sums.
    private void mix(
            int queries, long weights, long values, int count, long sums, long shrink, long tile) {
        long row = 4L * Memory.stride(size);
        for (int j = 0; j < queries; j++) {
            scale(sums + j * step, Memory.get(shrink + (long) STATE * j));
        }
        for (long at = 0; at < row; at += 2L * Lanes.BYTES) {
            long next = at + Lanes.BYTES < row ? Lanes.BYTES : 0;
            Panel.rows(
                    queries,
                    weights,
                    SCORES_STEP,
                    values + at,
                    row,
                    next,
                    count,
                    sums + at,
                    step,
                    tile);
        }
    }

    private void scale(long sums, float factor) {
        for (long at = 0; at < step; at += Lanes.BYTES) {
            Lanes.store(Lanes.load(sums + at).mul(factor), sums + at);
        }
    }

    /// A page's keys as floats.
    private long keys(long keys, int count, long wide) {
        return floats(keys, (count + TILE - 1) / TILE * TILE * size, wide);
    }

    /// A page's values as floats.
    private long values(long values, int count, long wide) {
        return floats(values, count * Memory.stride(size), wide);
    }

    private long floats(long stored, int count, long wide) {
        return switch (shape.type()) {
            case F32 -> stored;
            case F16 -> {
                Widen.f16(stored, wide, count);
                yield wide;
            }
        };
    }

    private long head(int query, int rowStep) {
        return 4L * (query / group * (long) rowStep + query % group * size);
    }

    /// First position that a query at a position sees.
    private int seen(int position) {
        return shape.window() > 0 ? Math.max(0, position + 1 - shape.window()) : 0;
    }

    private void gather(long from, long to) {
        for (int i = 0; i < size; i++) {
            Memory.set(to + 4L * i, shape.scale() * Memory.get(from + 4L * i));
        }
    }

    private void divide(long sums, float total, long to) {
        for (int i = 0; i < size; i++) {
            Memory.set(to + 4L * i, Memory.get(sums + 4L * i) / total);
        }
    }
}
