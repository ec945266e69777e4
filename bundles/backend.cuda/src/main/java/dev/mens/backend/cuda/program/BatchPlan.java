package dev.mens.backend.cuda.program;

import dev.mens.compute.Program.Wanted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A batch as passes of at most so many rows. A pass computes rows of any sequences together; what
/// a sequence needs of its earlier rows is in its cache by then.
///
/// @param passes in order
record BatchPlan(List<Pass> passes) {
    /// Integers in a row's record.
    static final int ROW_INTS = 8;

    BatchPlan {
        passes = List.copyOf(passes);
    }

    /// The work of one segment.
    ///
    /// @param sequence row of the page table
    /// @param tokens those from position `start` on
    /// @param skipped leading tokens that are computed again and that nobody asked for
    /// @param causal whether a row sees only what is before it
    /// @param drawn tokens that the stream has generated
    record Work(
            int sequence,
            int[] tokens,
            int start,
            int skipped,
            boolean causal,
            Wanted wanted,
            int drawn) {}

    /// A row whose logits or hidden state is wanted.
    ///
    /// @param row in the pass
    /// @param segment in the batch
    /// @param place row of the segment's `out`
    record Output(int row, int segment, int place) {}

    /// @param rows records as the kernels read them, {@link #ROW_INTS} each
    /// @param tiles first row and count of runs of rows of one sequence
    /// @param single whether each row is the newest of a sequence of its own
    record Pass(int count, int[] rows, int[] tiles, List<Output> outputs, boolean single) {
        int tileCount() {
            return tiles.length / 2;
        }
    }

    /// @param mostRows in one pass, at least the length of any work that is not causal
    /// @param tileRows that share the keys they read
    static BatchPlan of(List<Work> works, int mostRows, int tileRows) {
        var passes = new ArrayList<Pass>();
        var builder = new Builder(mostRows, tileRows);
        for (int segment = 0; segment < works.size(); segment++) {
            var work = works.get(segment);
            int from = 0;
            while (from < work.tokens().length) {
                int room = mostRows - builder.count;
                int left = work.tokens().length - from;
                if (room == 0 || (!work.causal() && room < left)) {
                    passes.add(builder.build());
                    builder = new Builder(mostRows, tileRows);
                    continue;
                }
                int count = Math.min(room, left);
                builder.add(work, segment, from, count);
                from += count;
            }
        }
        if (builder.count > 0) {
            passes.add(builder.build());
        }
        return new BatchPlan(passes);
    }

    private static final class Builder {
        private final int tileRows;
        private final int[] rows;
        private final List<Integer> tiles = new ArrayList<>();
        private final List<Output> outputs = new ArrayList<>();
        private boolean single = true;
        private int count;

        Builder(int mostRows, int tileRows) {
            this.tileRows = tileRows;
            rows = new int[mostRows * ROW_INTS];
        }

        void add(Work work, int segment, int from, int length) {
            int total = work.start() + work.tokens().length;
            for (int i = from; i < from + length; i++) {
                int position = work.start() + i;
                int at = count * ROW_INTS;
                rows[at] = work.tokens()[i];
                rows[at + 1] = position;
                rows[at + 2] = work.causal() ? position + 1 : total;
                rows[at + 3] = total;
                rows[at + 4] = work.sequence();
                rows[at + 5] = work.drawn();
                output(work, segment, i);
                count++;
            }
            for (int done = 0; done < length; done += tileRows) {
                tiles.add(count - length + done);
                tiles.add(Math.min(tileRows, length - done));
            }
            single &= work.tokens().length == 1 && work.causal();
        }

        private void output(Work work, int segment, int i) {
            boolean last = i == work.tokens().length - 1;
            switch (work.wanted()) {
                case NOTHING -> {}
                case LAST_LOGITS -> {
                    if (last) {
                        outputs.add(new Output(count, segment, 0));
                    }
                }
                case ALL_LOGITS, HIDDEN -> {
                    if (i >= work.skipped()) {
                        outputs.add(new Output(count, segment, i - work.skipped()));
                    }
                }
            }
        }

        Pass build() {
            return new Pass(
                    count,
                    Arrays.copyOf(rows, count * ROW_INTS),
                    tiles.stream().mapToInt(Integer::intValue).toArray(),
                    List.copyOf(outputs),
                    single);
        }
    }
}
