package dev.mens.backend.cpu.vector;

import dev.mens.backend.cpu.memory.PanelMemory;
import dev.mens.backend.cpu.team.Job;
import dev.mens.backend.cpu.team.Team;
import dev.mens.compute.Network;
import dev.mens.compute.Network.Rope;
import dev.mens.compute.Program;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Runs a {@link Plan}: cuts a batch into frames of rows, walks each through the body with the
/// team, and takes wanted rows out through the head.
final class FastProgram implements Program {
    /// Rows of one frame: enough that widening or unpacking weights for it costs little.
    private static final int FRAME_ROWS = 512;

    /// Decoding needs few rows, and small buffers stay in the cache.
    private static final int SMALL_ROWS = 16;

    private final Network network;
    private final PanelMemory panels;
    private final Team team;
    private final long weightBytes;
    private final Arena arena = Arena.ofShared();
    private final Plan plan;
    private final Walk body;
    private final Walk head;

    /// Both, where nothing has to happen between them.
    private final Walk whole;

    private final Heads heads = new Heads();
    private @Nullable Frame small;
    private @Nullable Frame large;

    FastProgram(
            Network network,
            CacheType type,
            Matrices matrices,
            PanelMemory panels,
            Team team,
            long weightBytes) {
        this.network = network;
        this.panels = panels;
        this.team = team;
        this.weightBytes = weightBytes;
        this.plan = new Plan(network, type, arena, matrices, panels);
        this.body = new Walk(plan.body());
        this.head = new Walk(plan.head());
        this.whole = new Walk(Stream.concat(plan.body().stream(), plan.head().stream()).toList());
    }

    @Override
    public Cache cache(int capacityTokens) {
        return new FastCache(plan.shape(), capacityTokens);
    }

    @Override
    public void run(List<Segment> batch) throws InterruptedException {
        if (fits(batch)) {
            together(batch);
        } else {
            for (var segment : batch) {
                alone(segment);
            }
        }
        for (int s = 0; s < batch.size(); s++) {
            var segment = batch.get(s);
            if (segment.cache() instanceof FastCache cache) {
                cache.append(segment.tokens());
            }
        }
    }

    /// Whether all segments can be rows of one frame as they are.
    private boolean fits(List<Segment> batch) {
        int rows = 0;
        for (int s = 0; s < batch.size(); s++) {
            var segment = batch.get(s);
            if (!(segment.cache() instanceof FastCache cache) || startsAnew(cache, segment)) {
                return false;
            }
            rows += segment.tokens().length;
        }
        return rows <= FRAME_ROWS;
    }

    private void together(List<Segment> batch) throws InterruptedException {
        int rows = 0;
        for (int s = 0; s < batch.size(); s++) {
            rows += batch.get(s).tokens().length;
        }
        var frame = frame(rows);
        for (int s = 0; s < batch.size(); s++) {
            var segment = batch.get(s);
            if (segment.cache() instanceof FastCache cache) {
                int count = segment.tokens().length;
                cache.requireRoom(count);
                int start = cache.length();
                frame.add(cache, segment.tokens(), 0, count, start, start + count);
            }
        }
        heads.of(frame);
        if (decodes(batch)) {
            want(frame, batch);
            team.run(whole.over(frame));
            heads.read();
        } else {
            team.run(body.over(frame));
            want(frame, batch);
            heads.flush();
        }
    }

    /// Whether each segment wants its last logits and nothing else, and all fit into the head.
    private static boolean decodes(List<Segment> batch) {
        boolean last = batch.size() < Layout.HEAD_ROWS;
        for (int s = 0; s < batch.size(); s++) {
            last &= batch.get(s).wanted() == Wanted.LAST_LOGITS;
        }
        return last;
    }

    private void want(Frame frame, List<Segment> batch) throws InterruptedException {
        for (int s = 0; s < batch.size(); s++) {
            var part = frame.part(s);
            heads.want(batch.get(s), part.firstRow(), part.rows(), 0, true);
        }
    }

    /// A segment that fills frames of its own: a long prompt, an encoder's text, or a sequence
    /// whose cache is made anew.
    private void alone(Segment segment) throws InterruptedException {
        if (segment.cache() instanceof FastCache cache) {
            alone(segment, cache);
        } else {
            try (var cache = new FastCache(plan.shape(), segment.tokens().length)) {
                alone(segment, cache);
            }
        }
    }

    private void alone(Segment segment, FastCache cache) throws InterruptedException {
        int count = segment.tokens().length;
        cache.requireRoom(count);
        int total = cache.length() + count;
        var tokens = startsAnew(cache, segment) ? cache.with(segment.tokens()) : segment.tokens();
        int known = tokens.length - count;
        // Rows that see later rows cannot be cut apart.
        int most = causal() ? FRAME_ROWS : tokens.length;
        for (int done = 0; done < tokens.length; done += most) {
            int rows = Math.min(most, tokens.length - done);
            var frame = frame(rows);
            frame.add(cache, tokens, done, rows, total - tokens.length + done, total);
            team.run(body.over(frame));
            heads.of(frame);
            int skip = Math.clamp(known - done, 0, rows);
            boolean last = done + rows == tokens.length;
            heads.want(segment, skip, rows - skip, done + skip - known, last);
            heads.flush();
        }
    }

    private boolean causal() {
        return network.layers().stream().allMatch(layer -> layer.attention().causal());
    }

    /// Whether the positions so far were turned by other frequencies than the longer sequence
    /// needs.
    private boolean startsAnew(FastCache cache, Segment segment) {
        int length = cache.length();
        return length > 0 && beyond(length) != beyond(length + segment.tokens().length);
    }

    private int beyond(int length) {
        int layers = 0;
        for (int l = 0; l < network.layers().size(); l++) {
            Rope rope = network.layers().get(l).attention().rope();
            if (rope != null && rope.beyond() != null && length > rope.beyondTokens()) {
                layers++;
            }
        }
        return layers;
    }

    private Frame frame(int rows) {
        Frame frame;
        if (rows <= SMALL_ROWS) {
            frame = small == null ? new Frame(plan.layout(), SMALL_ROWS, team.workers()) : small;
            small = frame;
        } else {
            if (large != null && large.capacity < rows) {
                large.close();
                large = null;
            }
            int capacity = Math.max(FRAME_ROWS, rows);
            frame = large == null ? new Frame(plan.layout(), capacity, team.workers()) : large;
            large = frame;
        }
        frame.clear();
        return frame;
    }

    @Override
    public long weightBytes() {
        return weightBytes;
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
            panels.close();
            if (small != null) {
                small.close();
            }
            if (large != null) {
                large.close();
            }
        }
    }

    /// Collects wanted rows of a frame and writes them out, some at a time.
    private final class Heads {
        private @Nullable Frame current;
        private final float[][] outs = new float[Layout.HEAD_ROWS][];
        private final int[] offsets = new int[Layout.HEAD_ROWS];
        private final boolean[] hidden = new boolean[Layout.HEAD_ROWS];

        void of(Frame frame) {
            current = frame;
        }

        private Frame frame() {
            return Objects.requireNonNull(current);
        }

        /// @param outRow of `segment.out()` for the first row
        /// @param last whether the rows end the segment
        void want(Segment segment, int firstRow, int rows, int outRow, boolean last)
                throws InterruptedException {
            switch (segment.wanted()) {
                case NOTHING -> {}
                case LAST_LOGITS -> {
                    if (last) {
                        add(segment.out(), firstRow + rows - 1, 0, false);
                    }
                }
                case ALL_LOGITS -> {
                    for (int r = 0; r < rows; r++) {
                        add(segment.out(), firstRow + r, outRow + r, false);
                    }
                }
                case HIDDEN -> {
                    for (int r = 0; r < rows; r++) {
                        add(segment.out(), firstRow + r, outRow + r, true);
                    }
                }
            }
        }

        private void add(float[] out, int row, int outRow, boolean hiddenState)
                throws InterruptedException {
            var frame = frame();
            int at = frame.headCount++;
            frame.headRows[at] = row;
            outs[at] = out;
            hidden[at] = hiddenState;
            offsets[at] = outRow * (hiddenState ? network.hidden() : network.vocabulary());
            if (frame.headCount == Layout.HEAD_ROWS) {
                flush();
            }
        }

        void flush() throws InterruptedException {
            var frame = frame();
            if (frame.headCount == 0) {
                return;
            }
            boolean logits = false;
            for (int i = 0; i < frame.headCount; i++) {
                logits |= !hidden[i];
            }
            team.run(head.over(frame, logits ? head.steps.size() : 1));
            read();
        }

        /// Copies what the head has computed to where it is wanted.
        void read() {
            var frame = frame();
            for (int i = 0; i < frame.headCount; i++) {
                var from = frame.at(hidden[i] ? plan.left() : plan.logits());
                int width = hidden[i] ? network.hidden() : network.vocabulary();
                Memory.read(from.row(i), outs[i], offsets[i], width);
            }
            frame.headCount = 0;
        }
    }

    /// Steps as a job of the team.
    private static final class Walk implements Job {
        private final List<Step> steps;
        /// For each step, the first from it on that reads weights.
        private final int[] weighing;

        private int count;
        private @Nullable Frame frame;

        Walk(List<Step> steps) {
            this.steps = List.copyOf(steps);
            this.weighing = new int[steps.size() + 1];
            int next = steps.size();
            weighing[next] = next;
            for (int s = steps.size() - 1; s >= 0; s--) {
                next = steps.get(s).weighs() ? s : next;
                weighing[s] = next;
            }
        }

        Walk over(Frame next) {
            return over(next, steps.size());
        }

        Walk over(Frame next, int first) {
            frame = next;
            count = first;
            return this;
        }

        @Override
        public int steps() {
            return count;
        }

        @Override
        public int items(int step) {
            return steps.get(step).items(current());
        }

        @Override
        public int chunk(int step, int workers) {
            return steps.get(step).chunk(current(), workers);
        }

        @Override
        public boolean alone(int step) {
            return steps.get(step).alone(current());
        }

        @Override
        public boolean ahead(int step, int worker, int present, int turn) {
            int next = weighing[step];
            if (next >= count) {
                return false;
            }
            var reader = steps.get(next);
            int from = Team.firstItem(reader.items(current()), worker, present);
            return reader.ahead(current(), from, turn);
        }

        @Override
        public void work(int step, int worker, int from, int to) {
            steps.get(step).work(current(), worker, from, to);
        }

        private Frame current() {
            return Objects.requireNonNull(frame);
        }
    }
}
