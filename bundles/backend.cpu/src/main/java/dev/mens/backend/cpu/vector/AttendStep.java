package dev.mens.backend.cpu.vector;

import static dev.mens.backend.cpu.vector.CacheShape.PAGE;
import static dev.mens.backend.cpu.vector.CacheShape.TILE;

import dev.mens.compute.Network.Attention;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// Attention with an online softmax over the pages of the cache. An item is eight queries that
/// share a key head: several rows of a prompt, several heads of one row, or both.
///
/// @see <a href="https://arxiv.org/abs/1805.02867">Milakov and Gimelshein 2018</a>
final class AttendStep implements Step {
    private static final int QUERIES = 8;
    private static final long SCORES_STEP = 4L * PAGE;

    /// Bytes of a query's state: its maximum, its sum, and by how much its sums shrink next.
    private static final int STATE = 16;

    private final int layer;
    private final int keyHeads;
    private final int group;
    private final int size;
    private final float scale;
    private final float softCap;
    private final int window;
    private final boolean causal;
    private final CacheShape shape;
    private final Slot q;
    private final Slot out;
    private final long step;

    AttendStep(Attention attention, int layer, CacheShape shape, Slot q, Slot out, Layout layout) {
        this.layer = layer;
        this.keyHeads = attention.keyHeads();
        this.group = attention.heads() / keyHeads;
        this.size = attention.headSize();
        this.scale = attention.scale();
        this.softCap = attention.softCap();
        this.window = attention.window();
        this.causal = attention.causal();
        this.shape = shape;
        this.q = q;
        this.out = out;
        this.step = 4L * Memory.stride(size);
        layout.needScratch(2 * QUERIES * Memory.stride(size) + QUERIES * (PAGE + STATE / 4));
    }

    @Override
    public int items(Frame frame) {
        int items = 0;
        for (int p = 0; p < frame.parts.size(); p++) {
            items += keyHeads * blocks(frame.parts.get(p));
        }
        return items;
    }

    @Override
    public int chunk(Frame frame, int workers) {
        return 1;
    }

    private int blocks(Part part) {
        return (part.rows() * group + QUERIES - 1) / QUERIES;
    }

    @Override
    public void work(Frame frame, int worker, int from, int to) {
        for (int item = from; item < to; item++) {
            int rest = item;
            int p = 0;
            while (rest >= keyHeads * blocks(frame.parts.get(p))) {
                rest -= keyHeads * blocks(frame.parts.get(p));
                p++;
            }
            var part = frame.parts.get(p);
            // The last rows see most, so they are taken first and no worker is left with them.
            int block = blocks(part) - 1 - rest / keyHeads;
            attend(frame, part, rest % keyHeads, block * QUERIES, frame.scratch(worker));
        }
    }

    private void attend(Frame frame, Part part, int head, int first, long scratch) {
        int queries = Math.min(QUERIES, part.rows() * group - first);
        long sums = scratch + QUERIES * step;
        long scores = sums + QUERIES * step;
        long state = scores + QUERIES * SCORES_STEP;
        for (int j = 0; j < queries; j++) {
            gather(query(frame, q, part, head, first + j), scratch + j * step);
            Memory.zero(sums + j * step, Memory.stride(size));
            Memory.set(state + (long) STATE * j, Float.NEGATIVE_INFINITY);
            Memory.set(state + (long) STATE * j + 4, 0);
        }
        int lastEnd = end(part, first + queries - 1);
        for (int base = start(part, first) / PAGE * PAGE; base < lastEnd; base += PAGE) {
            long page = part.cache().page(base);
            int count = Math.min(PAGE, lastEnd - base);
            long keys = shape.keys(page, layer, head);
            for (int tile = 0; tile < count; tile += TILE) {
                Tiles.scores(
                        queries,
                        scratch,
                        step,
                        keys + 4L * tile * size,
                        size,
                        scores + 4L * tile,
                        SCORES_STEP);
            }
            for (int j = 0; j < queries; j++) {
                int from = Math.max(0, start(part, first + j) - base);
                int to = Math.min(count, end(part, first + j) - base);
                weigh(scores + j * SCORES_STEP, from, to, state + (long) STATE * j);
            }
            long values = shape.values(page, layer, head);
            Tiles.mix(queries, scores, SCORES_STEP, values, count, sums, step, state + 8);
        }
        for (int j = 0; j < queries; j++) {
            long to = query(frame, out, part, head, first + j);
            float total = Memory.get(state + (long) STATE * j + 4);
            for (int i = 0; i < size; i++) {
                Memory.set(to + 4L * i, Memory.get(sums + j * step + 4L * i) / total);
            }
        }
    }

    /// Address of a query's head in a buffer `[rows, heads · headSize]`.
    private long query(Frame frame, Slot slot, Part part, int head, int query) {
        int row = part.firstRow() + query / group;
        return frame.at(slot).row(row) + 4L * (head * group + query % group) * size;
    }

    private void gather(long from, long to) {
        for (int i = 0; i < size; i++) {
            Memory.set(to + 4L * i, scale * Memory.get(from + 4L * i));
        }
    }

    /// First position that a query sees.
    private int start(Part part, int query) {
        int position = part.start() + query / group;
        return window > 0 ? Math.max(0, position + 1 - window) : 0;
    }

    /// Behind the last position that a query sees.
    private int end(Part part, int query) {
        return causal ? part.start() + query / group + 1 : part.start() + part.rows();
    }

    /// Turns one query's scores of a page into weights relative to its new maximum, and says by
    /// how much its sums shrink because of it.
    private void weigh(long scores, int from, int to, long state) {
        if (from >= to) {
            Memory.set(state + 8, 1);
            Memory.zero(scores, PAGE);
            return;
        }
        if (softCap > 0) {
            Lanes.scaleAndCap(scores, 1, softCap, PAGE);
        }
        fill(scores, 0, from, Float.NEGATIVE_INFINITY);
        fill(scores, to, PAGE, Float.NEGATIVE_INFINITY);
        float before = Memory.get(state);
        float max = Math.max(before, max(scores));
        float sum = exponentials(scores, max);
        sum -= zeroed(scores, 0, from) + zeroed(scores, to, PAGE);
        float shrink = (float) Math.exp(before - max);
        Memory.set(state, max);
        Memory.set(state + 4, Memory.get(state + 4) * shrink + sum);
        Memory.set(state + 8, shrink);
    }

    private static float max(long scores) {
        var max = Lanes.load(scores);
        for (int i = Lanes.COUNT; i < PAGE; i += Lanes.COUNT) {
            max = max.max(Lanes.load(scores + 4L * i));
        }
        return max.reduceLanes(VectorOperators.MAX);
    }

    private static float exponentials(long scores, float max) {
        var sum = FloatVector.zero(Lanes.FLOATS);
        for (int i = 0; i < PAGE; i += Lanes.COUNT) {
            var weight = Lanes.exp(Lanes.load(scores + 4L * i).sub(max));
            Lanes.store(weight, scores + 4L * i);
            sum = sum.add(weight);
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }

    private static void fill(long scores, int from, int to, float value) {
        for (int i = from; i < to; i++) {
            Memory.set(scores + 4L * i, value);
        }
    }

    /// Zeroes weights that are not seen; their sum, which is nearly 0, is returned.
    private static float zeroed(long scores, int from, int to) {
        float sum = 0;
        for (int i = from; i < to; i++) {
            sum += Memory.get(scores + 4L * i);
            Memory.set(scores + 4L * i, 0);
        }
        return sum;
    }
}
