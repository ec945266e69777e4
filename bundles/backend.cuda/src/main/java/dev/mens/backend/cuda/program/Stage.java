package dev.mens.backend.cuda.program;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.mens.backend.cuda.gpu.Gpu;
import dev.mens.backend.cuda.gpu.Gpu.Mark;
import dev.mens.backend.cuda.memory.PageTable;
import dev.mens.backend.cuda.program.BatchPlan.Output;
import dev.mens.backend.cuda.program.BatchPlan.Pass;
import dev.mens.compute.DrawingProgram.Draw;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A range of layers on one device: its memory, and what goes there and comes back for a pass.
final class Stage implements AutoCloseable {
    /// Rows of results that are fetched at a time.
    static final int FETCHED_ROWS = 64;

    private static final int GREEDY = 1;
    private static final int ONLY_BEST = 2;
    private static final int PADDING = 4;

    /// Where a rule has its flags.
    private static final int FLAGS = 28;

    /// The record of a row that only fills up: it sees one position of the page of nobody.
    private static final int[] NOBODY = {0, 0, 1, 1, 0, 0, 0, 0};

    private final Gpu gpu;
    private final StagePlan plan;
    private final Workspace work;
    private final Forward forward;
    private final GraphCache graphs;
    private final long pool;
    private final MemorySegment outgoing;
    private final MemorySegment incoming;
    private final MemorySegment control;
    /// Ends of the steps that chose tokens: of one, and of the one queued ahead.
    private final List<Mark> ends;
    private int queuedSteps;
    private int takenSteps;
    private long written;

    /// @param pool address reserved for the pages
    Stage(Gpu gpu, StagePlan plan, Workspace work, Forward forward, long pool) {
        this.gpu = gpu;
        this.pool = pool;
        this.plan = plan;
        this.work = work;
        this.forward = forward;
        graphs = new GraphCache(gpu);
        outgoing = gpu.pinned(plan.outgoingBytes());
        incoming = gpu.pinned(plan.incomingBytes());
        control = gpu.pinned(new Workspace.Control(Workspace.MOST_OUTPUTS).bytes());
        ends = List.of(gpu.mark(), gpu.mark());
        identity();
    }

    /// The numbers from 0 on, which the products of experts read their rows by.
    private void identity() {
        int pairs = plan.mostPairs();
        for (int from = 0; from < pairs; from += plan.limits().rows()) {
            int first = from;
            int count = Math.min(plan.limits().rows(), pairs - from);
            send(
                    work.mixture().identity() + (long) from * Integer.BYTES,
                    (long) count * Integer.BYTES,
                    to -> {
                        for (int i = 0; i < count; i++) {
                            to.setAtIndex(JAVA_INT, i, first + i);
                        }
                    });
            gpu.await();
            written = 0;
        }
    }

    Gpu gpu() {
        return gpu;
    }

    /// Puts memory behind pages.
    void back(int firstPage, int pages) {
        long bytes = plan.pageBytesOfAll();
        gpu.enter();
        gpu.back(pool + firstPage * bytes, pages * bytes);
    }

    private interface Writer {
        void write(MemorySegment to);
    }

    /// Queues bytes that `writer` makes.
    private void send(long to, long bytes, Writer writer) {
        var piece = outgoing.asSlice(written, bytes);
        writer.write(piece);
        gpu.upload(to, piece);
        written += bytes + 15 & -16;
    }

    private void send(long to, int[] values) {
        send(
                to,
                (long) values.length * Integer.BYTES,
                piece -> MemorySegment.copy(values, 0, piece, JAVA_INT, 0, values.length));
    }

    /// Tells the device of pages that sequences got or lost.
    void pages(PageTable table, List<Integer> rows) {
        for (int row : rows) {
            if (written + (long) table.mostPages() * Integer.BYTES > outgoing.byteSize() / 2) {
                gpu.await();
                written = 0;
            }
            var pages = table.row(row);
            send(
                    work.pages() + (long) row * pages.length * Integer.BYTES,
                    (long) pages.length * Integer.BYTES,
                    to -> {
                        for (int i = 0; i < pages.length; i++) {
                            to.setAtIndex(JAVA_INT, i, pages[i] * plan.pageStep());
                        }
                    });
        }
    }

    /// Queues a pass up to the stream behind the last layer here, and with `draws` up to the
    /// tokens chosen.
    ///
    /// @param before stream of the range before, null for the first
    /// @param draws of the outputs in order, if this is the last stage of a step of decoding
    void run(Pass pass, @Nullable MemorySegment before, @Nullable List<Draw> draws) {
        if (!pass.single() || pass.count() > Workspace.MOST_OUTPUTS) {
            send(work.rows(), pass.rows());
            send(work.tiles(), pass.tiles());
            receive(before, pass.count());
            var size = new Forward.Size(pass.count(), pass.tileCount(), false);
            graphs.run(new GraphCache.Form(size, false, false), () -> forward.layers(size));
            return;
        }
        step(pass, before, draws);
    }

    /// Everything that a step needs goes to the device, and comes back, as part of its graph.
    private void step(Pass pass, @Nullable MemorySegment before, @Nullable List<Draw> draws) {
        int bucket = Buckets.of(pass.count());
        var records = new Workspace.Control(bucket);
        write(records, pass, draws);
        receive(before, pass.count());
        boolean drawn = draws != null;
        takenSteps = queuedSteps;
        queue(records, drawn, false);
    }

    /// Queues the step behind the last one, should every stream go on with the token chosen.
    void follow(int count) {
        queue(new Workspace.Control(Buckets.of(count)), true, true);
    }

    private void queue(Workspace.Control records, boolean drawn, boolean following) {
        int bucket = records.count();
        var size = new Forward.Size(bucket, bucket, true);
        var moved = forward.with(work.with(records));
        graphs.run(
                new GraphCache.Form(size, drawn, following),
                () -> {
                    if (!following) {
                        gpu.upload(work.control(), control.asSlice(0, records.bytes()));
                    }
                    if (!drawn) {
                        moved.layers(size);
                    } else {
                        moved.step(size);
                        // Straight into the host's memory.
                        moved.draw(work.control(), incoming.address(), bucket, true);
                    }
                });
        if (drawn) {
            ends.get(queuedSteps++ % 2).set();
        }
    }

    /// Rows are filled up with ones that belong to nobody.
    private void write(Workspace.Control records, Pass pass, @Nullable List<Draw> draws) {
        MemorySegment.copy(pass.rows(), 0, control, JAVA_INT, 0, pass.rows().length);
        for (int row = 0; row < records.count(); row++) {
            if (row >= pass.count()) {
                var nobody = control.asSlice((long) row * NOBODY.length * Integer.BYTES);
                MemorySegment.copy(NOBODY, 0, nobody, JAVA_INT, 0, NOBODY.length);
            }
            control.set(JAVA_INT, records.outputs() + 4L * row, row);
            control.set(JAVA_INT, records.tiles() + 8L * row, row);
            control.set(JAVA_INT, records.tiles() + 8L * row + 4, 1);
        }
        if (draws != null) {
            boolean best = forward.knowsBest();
            writeRules(control.asSlice(records.rules()), draws, records.count(), best);
        }
    }

    /// Waits for the earliest step queued whose tokens were not taken.
    ///
    /// @param positions of its rows
    /// @return the tokens chosen
    int[] stepped(List<Integer> positions) {
        ends.get(takenSteps++ % 2).await();
        if (takenSteps == queuedSteps) {
            written = 0;
        }
        int bucket = Buckets.of(positions.size());
        var tokens = new int[positions.size()];
        for (int row = 0; row < tokens.length; row++) {
            tokens[row] = incoming.getAtIndex(JAVA_INT, positions.get(row) % 2 * bucket + row);
        }
        return tokens;
    }

    private void receive(@Nullable MemorySegment before, int rows) {
        if (before != null) {
            gpu.upload(work.x(), before.asSlice(0, plan.streamBytes(rows)));
        }
    }

    private void outputs(List<Output> outputs) {
        send(work.outputs(), outputs.stream().mapToInt(Output::row).toArray());
    }

    private static void writeRules(MemorySegment to, List<Draw> draws, int filled, boolean best) {
        for (int i = 0; i < filled; i++) {
            var rule = to.asSlice((long) i * Workspace.RULE_BYTES, Workspace.RULE_BYTES);
            boolean nobody = i >= draws.size();
            write(rule, nobody ? Draw.LIKELIEST : draws.get(i), best);
            if (nobody) {
                rule.set(JAVA_INT, FLAGS, PADDING | rule.get(JAVA_INT, FLAGS));
            }
        }
    }

    /// `struct Rule`.
    private static void write(MemorySegment rule, Draw draw, boolean best) {
        boolean greedy = draw.temperature() == 0;
        rule.set(JAVA_FLOAT, 0, 1);
        rule.set(JAVA_FLOAT, 4, 0);
        rule.set(JAVA_FLOAT, 8, 0);
        rule.set(JAVA_FLOAT, 12, greedy ? 1 : draw.temperature());
        rule.set(JAVA_FLOAT, 16, draw.topP());
        rule.set(JAVA_FLOAT, 20, draw.minP());
        rule.set(JAVA_INT, 24, draw.topK());
        rule.set(JAVA_INT, FLAGS, greedy ? GREEDY | (best ? ONLY_BEST : 0) : 0);
        rule.set(JAVA_LONG, 32, draw.seed());
        rule.set(JAVA_INT, 40, -1);
        rule.set(JAVA_INT, 44, 0);
    }

    /// Copies the stream to where another device can read it, and waits.
    MemorySegment stream(int rows) {
        var stream = incoming.asSlice(0, plan.streamBytes(rows));
        gpu.download(stream, work.x(), stream.byteSize());
        await();
        return stream;
    }

    /// Logits of outputs, then a token of each.
    ///
    /// @param draws for each of the outputs
    int[] draw(Pass pass, List<Output> outputs, List<Draw> draws) {
        outputs(outputs);
        forward.logits(0, outputs.size(), true, Handover.NONE);
        send(
                work.rules(),
                (long) draws.size() * Workspace.RULE_BYTES,
                to -> writeRules(to, draws, draws.size(), forward.knowsBest()));
        var records = new int[outputs.size() * BatchPlan.ROW_INTS];
        for (int i = 0; i < outputs.size(); i++) {
            System.arraycopy(
                    pass.rows(),
                    outputs.get(i).row() * BatchPlan.ROW_INTS,
                    records,
                    i * BatchPlan.ROW_INTS,
                    BatchPlan.ROW_INTS);
        }
        send(work.drawn(), records);
        forward.draw(work.drawn(), incoming.address(), outputs.size(), false);
        await();
        return incoming.asSlice(0, (long) outputs.size() * Integer.BYTES).toArray(JAVA_INT);
    }

    /// What a result is of.
    enum Result {
        LOGITS,
        HIDDEN
    }

    /// Fetches results of at most {@link #FETCHED_ROWS} outputs.
    ///
    /// @return rows at steps of {@link #step}; valid until the next call
    MemorySegment fetch(List<Output> outputs, Result result) {
        outputs(outputs);
        long from =
                switch (result) {
                    case LOGITS -> {
                        forward.logits(0, outputs.size(), false, Handover.NONE);
                        yield work.logits();
                    }
                    case HIDDEN -> {
                        forward.hidden(0, outputs.size());
                        yield work.branch();
                    }
                };
        long bytes = outputs.size() * step(result) * Float.BYTES;
        gpu.download(incoming, from, bytes);
        await();
        return incoming.asSlice(0, bytes);
    }

    /// Elements between rows of results.
    long step(Result result) {
        return switch (result) {
            case LOGITS -> Strides.of(plan.limits().vocabulary());
            case HIDDEN -> Strides.of(plan.limits().hidden());
        };
    }

    /// Waits for all that is queued; what was sent can be overwritten then.
    void await() {
        gpu.await();
        written = 0;
    }

    int capturedGraphs() {
        return graphs.size();
    }

    @Override
    public void close() {
        gpu.close();
    }
}
