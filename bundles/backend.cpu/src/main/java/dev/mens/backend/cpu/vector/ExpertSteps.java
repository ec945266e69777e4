package dev.mens.backend.cpu.vector;

import dev.mens.compute.Network.Experts;
import java.util.ArrayList;
import java.util.List;

/// A mixture of experts as steps: route all rows, then for each expert gather its rows, run its
/// feed-forward on them and scatter the result. Experts without rows cost nothing.
final class ExpertSteps {
    private final Experts experts;
    private final Slot scores;
    private final Slot n;
    private final Slot y;
    private final Slot gathered;
    private final Slot result;

    /// Of each expert its rows and their weights; written by the routing step, which one worker
    /// runs alone.
    private final int[] counts;

    private int[][] rows = new int[0][0];
    private float[][] weights = new float[0][0];

    ExpertSteps(Experts experts, Slot scores, Slot n, Slot y, Layout layout) {
        this.experts = experts;
        this.scores = scores;
        this.n = n;
        this.y = y;
        this.gathered = layout.slot("gathered", n.width);
        this.result = layout.slot("result", n.width);
        this.counts = new int[experts.experts().size()];
    }

    Slot gathered() {
        return gathered;
    }

    Slot result() {
        return result;
    }

    int count(int expert) {
        return counts[expert];
    }

    Step route() {
        return new Route();
    }

    Step gather(int expert) {
        return new Gather(expert);
    }

    Step scatter(int expert) {
        return new Scatter(expert);
    }

    private void reserve(int capacity) {
        if (rows.length == 0 || rows[0].length < capacity) {
            rows = new int[counts.length][capacity];
            weights = new float[counts.length][capacity];
        }
    }

    private void routeRow(Frame frame, int row) {
        long at = frame.at(scores).row(row);
        int count = counts.length;
        var shares = new double[count];
        double max = Double.NEGATIVE_INFINITY;
        for (int e = 0; e < count; e++) {
            shares[e] = Memory.get(at + 4L * e);
            max = Math.max(max, shares[e]);
        }
        double sum = 0;
        for (int e = 0; e < count; e++) {
            shares[e] = Math.exp(shares[e] - max);
            sum += shares[e];
        }
        var chosen = choose(shares);
        double total = 0;
        for (int e : chosen) {
            total += shares[e];
        }
        for (int e : chosen) {
            rows[e][counts[e]] = row;
            weights[e][counts[e]++] = (float) (shares[e] / (experts.renormalize() ? total : sum));
        }
    }

    /// The largest shares; the first of equals, and the first of all if they are no numbers.
    private List<Integer> choose(double[] shares) {
        var chosen = new ArrayList<Integer>();
        while (chosen.size() < experts.chosen()) {
            int best = -1;
            for (int e = 0; e < shares.length; e++) {
                if (!chosen.contains(e) && (best < 0 || shares[e] > shares[best])) {
                    best = e;
                }
            }
            chosen.add(best);
        }
        return chosen;
    }

    private final class Route implements RowStep {
        @Override
        public int items(Frame frame) {
            return 1;
        }

        @Override
        public void work(Frame frame, int worker, int from, int to) {
            reserve(frame.capacity);
            java.util.Arrays.fill(counts, 0);
            for (int r = 0; r < frame.rows; r++) {
                routeRow(frame, r);
                Memory.zero(frame.at(y).row(r), y.width);
            }
        }
    }

    private final class Gather implements RowStep {
        private final int expert;

        Gather(int expert) {
            this.expert = expert;
        }

        @Override
        public int items(Frame frame) {
            return counts[expert];
        }

        @Override
        public void work(Frame frame, int worker, int from, int to) {
            for (int i = from; i < to; i++) {
                var into = frame.at(gathered);
                Memory.copy(frame.at(n).row(rows[expert][i]), into.row(i), n.width);
                into.changed(i);
            }
        }
    }

    private final class Scatter implements RowStep {
        private final int expert;

        Scatter(int expert) {
            this.expert = expert;
        }

        @Override
        public int items(Frame frame) {
            return counts[expert];
        }

        @Override
        public void work(Frame frame, int worker, int from, int to) {
            for (int i = from; i < to; i++) {
                Lanes.addScaled(
                        frame.at(result).row(i),
                        weights[expert][i],
                        frame.at(y).row(rows[expert][i]),
                        n.width);
            }
        }
    }
}
