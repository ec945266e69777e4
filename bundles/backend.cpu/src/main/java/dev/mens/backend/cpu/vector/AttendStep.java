package dev.mens.backend.cpu.vector;

import dev.mens.compute.Network.Attention;
import java.lang.foreign.Arena;

/// Attention. An item is eight queries that share a key head: several rows of a prompt, several
/// heads of one row, or both.
final class AttendStep implements Step {
    private final int layer;
    private final int keyHeads;
    private final int group;
    private final int size;
    private final CacheShape shape;
    private final Attend kernel;
    private final Slot q;
    private final Slot out;

    AttendStep(
            Arena arena,
            Attention attention,
            int layer,
            CacheShape shape,
            Slot q,
            Slot out,
            Layout layout) {
        this.layer = layer;
        this.keyHeads = attention.keyHeads();
        this.group = attention.heads() / keyHeads;
        this.size = attention.headSize();
        this.shape = shape;
        this.kernel = layout.matrices().attend(shapeOf(attention, shape.type()), arena);
        this.q = q;
        this.out = out;
        layout.needScratch(Attend.scratchFloats(size));
    }

    private static AttentionShape shapeOf(Attention attention, CacheType type) {
        return new AttentionShape(
                attention.headSize(),
                attention.heads() / attention.keyHeads(),
                attention.window(),
                attention.causal(),
                attention.scale(),
                attention.softCap(),
                type);
    }

    @Override
    public int items(Frame frame) {
        int items = 0;
        for (int p = 0; p < frame.partCount(); p++) {
            items += keyHeads * blocks(frame.part(p));
        }
        return items;
    }

    @Override
    public int chunk(Frame frame, int workers) {
        return 1;
    }

    private int blocks(Part part) {
        return (part.rows() * group + Attend.QUERIES - 1) / Attend.QUERIES;
    }

    @Override
    public void work(Frame frame, int worker, int from, int to) {
        for (int item = from; item < to; item++) {
            int rest = item;
            int p = 0;
            while (rest >= keyHeads * blocks(frame.part(p))) {
                rest -= keyHeads * blocks(frame.part(p));
                p++;
            }
            var part = frame.part(p);
            // The last rows see most, so they are taken first and no worker is left with them.
            int block = blocks(part) - 1 - rest / keyHeads;
            attend(frame, part, rest % keyHeads, block * Attend.QUERIES, frame.scratch(worker));
        }
    }

    private void attend(Frame frame, Part part, int head, int first, long scratch) {
        long column = 4L * head * group * size;
        var queries = frame.at(q);
        int count = Math.min(Attend.QUERIES, part.rows() * group - first);
        kernel.attend(
                part.cache().pages(),
                shape.keys(layer, head),
                shape.values(layer, head),
                part.start(),
                part.rows(),
                first,
                count,
                queries.row(part.firstRow()) + column,
                frame.at(out).row(part.firstRow()) + column,
                queries.stride(),
                scratch);
        if (size % Form.SLICE == 0) {
            round(frame.at(out), part.firstRow(), head, first, first + count);
        }
    }

    /// Makes the other forms of what queries `from` to `to` of a group have mixed.
    private void round(Activations mixed, int firstRow, int head, int from, int to) {
        int next;
        for (int query = from; query < to; query = next) {
            int row = query / group;
            next = Math.min(to, (row + 1) * group);
            int column = (head * group + query % group) * size;
            mixed.changed(firstRow + row, column, column + (next - query) * size);
        }
    }
}
