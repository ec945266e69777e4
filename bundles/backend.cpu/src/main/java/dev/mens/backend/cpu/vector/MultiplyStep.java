package dev.mens.backend.cpu.vector;

import dev.mens.compute.Network.Activation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Several projections of the same rows: queries, keys and values; or gate and up with the
/// activation behind them, while their slices are still in the cache.
class MultiplyStep implements Step {
    /// Weights that a worker takes at least: reading them takes a few times as long as taking
    /// turns.
    private static final long CHUNK_BYTES = 64 << 10;

    /// Weights that a waiting worker loads at once, and at most: half of a second-level cache.
    private static final int AHEAD_BYTES = 2 << 10;

    private static final int MOST_AHEAD_BYTES = 512 << 10;

    private final Slot in;
    private final List<Product> products;
    private final int chunk;

    /// One projection into its own buffer.
    ///
    /// @param bias address of its floats, or 0
    record Product(Matrix matrix, long bias, Slot out) {
        int grains() {
            return (matrix.outputs() + Matrix.GRAIN - 1) / Matrix.GRAIN;
        }
    }

    MultiplyStep(Slot in, List<Product> products, Layout layout) {
        this.in = in;
        this.products = List.copyOf(products);
        long grainBytes = 1;
        for (var product : products) {
            var matrix = product.matrix();
            grainBytes = Math.max(grainBytes, matrix.bytes() / product.grains());
        }
        this.chunk = Math.toIntExact(Math.max(1, CHUNK_BYTES / grainBytes));
        for (var product : products) {
            in.need(product.matrix().reads());
            layout.needScratch(product.matrix().scratchFloats());
        }
    }

    /// How many rows of the buffers there are.
    int rows(Frame frame) {
        return frame.rows;
    }

    @Override
    public int items(Frame frame) {
        int grains = 0;
        for (int p = 0; p < products.size(); p++) {
            grains += products.get(p).grains();
        }
        return rows(frame) == 0 ? 0 : grains;
    }

    @Override
    public int chunk(Frame frame, int workers) {
        return chunk;
    }

    @Override
    public boolean weighs() {
        return true;
    }

    @Override
    public boolean ahead(Frame frame, int from, int turn) {
        int first = 0;
        for (int p = 0; rows(frame) > 0 && p < products.size(); p++) {
            var product = products.get(p);
            if (from < first + product.grains()) {
                return ahead(product, from - first, turn);
            }
            first += product.grains();
        }
        return false;
    }

    static boolean ahead(Product product, int grain, int turn) {
        var matrix = product.matrix();
        long offset = grain * (matrix.bytes() / product.grains()) + (long) turn * AHEAD_BYTES;
        return (turn + 1) * AHEAD_BYTES <= MOST_AHEAD_BYTES
                && offset + AHEAD_BYTES <= matrix.bytes()
                && matrix.load(offset, AHEAD_BYTES);
    }

    @Override
    public void work(Frame frame, int worker, int from, int to) {
        int first = 0;
        for (int p = 0; p < products.size(); p++) {
            var product = products.get(p);
            int begin = Math.max(from, first) - first;
            int end = Math.min(to, first + product.grains()) - first;
            if (begin < end) {
                multiply(frame, worker, product, begin, end);
            }
            first += product.grains();
        }
    }

    final void multiply(Frame frame, int worker, Product product, int fromGrain, int toGrain) {
        var matrix = product.matrix();
        int from = fromGrain * Matrix.GRAIN;
        int to = Math.min(toGrain * Matrix.GRAIN, matrix.outputs());
        var out = frame.at(product.out());
        int rows = rows(frame);
        matrix.multiply(
                frame.at(in), 0, rows, out.row(0), out.stride(), from, to, frame.scratch(worker));
        if (product.bias() != 0) {
            for (int r = 0; r < rows; r++) {
                out.functions()
                        .addScaled(
                                product.bias() + 4L * from, 1, out.row(r) + 4L * from, to - from);
            }
        }
        finish(out, rows, from, to);
    }

    /// What follows on the slice just computed.
    void finish(Activations out, int rows, int from, int to) {}

    /// Gate and up, slice by slice, joined by the activation. The result replaces the gate.
    static class Gated extends MultiplyStep {
        private final @Nullable Product gate;
        private final Product up;
        private final Activation activation;

        Gated(Slot in, @Nullable Product gate, Product up, Activation activation, Layout layout) {
            super(in, gate == null ? List.of(up) : List.of(gate, up), layout);
            this.gate = gate;
            this.up = up;
            this.activation = activation;
        }

        @Override
        public int items(Frame frame) {
            return rows(frame) == 0 ? 0 : up.grains();
        }

        @Override
        public boolean ahead(Frame frame, int from, int turn) {
            return rows(frame) > 0 && ahead(up, from, turn);
        }

        @Override
        public void work(Frame frame, int worker, int from, int to) {
            multiply(frame, worker, up, from, to);
            if (gate != null) {
                multiply(frame, worker, gate, from, to);
            }
            int start = from * Matrix.GRAIN;
            int count = Math.min(to * Matrix.GRAIN, up.matrix().outputs()) - start;
            var ups = frame.at(up.out());
            var result = gate == null ? ups : frame.at(gate.out());
            for (int r = 0; r < rows(frame); r++) {
                long other = gate == null ? 0 : ups.row(r) + 4L * start;
                result.functions().activate(activation, result.row(r) + 4L * start, other, count);
                result.changed(r, start, start + count);
            }
        }
    }
}
