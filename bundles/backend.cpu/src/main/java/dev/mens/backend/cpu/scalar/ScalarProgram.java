package dev.mens.backend.cpu.scalar;

import dev.mens.compute.DType;
import dev.mens.compute.Network;
import dev.mens.compute.Network.Attention;
import dev.mens.compute.Network.Layer;
import dev.mens.compute.Network.Linear;
import dev.mens.compute.Network.Norm;
import dev.mens.compute.Network.Residual;
import dev.mens.compute.Network.Rope;
import dev.mens.compute.Program;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Interprets a network one segment after the other, layer by layer, on arrays of rows.
final class ScalarProgram implements Program {
    private final Network network;
    private final long weightBytes;
    private final Set<DType> withBytes;

    ScalarProgram(Network network, long weightBytes, Set<DType> withBytes) {
        this.network = network;
        this.weightBytes = weightBytes;
        this.withBytes = withBytes;
    }

    @Override
    public Cache cache(int capacityTokens) {
        return new ScalarCache(network, capacityTokens);
    }

    @Override
    public void run(List<Segment> batch) throws InterruptedException {
        var hidden = new float[batch.size()][][];
        for (int s = 0; s < hidden.length; s++) {
            hidden[s] = forward(batch.get(s));
        }
        for (int s = 0; s < hidden.length; s++) {
            var segment = batch.get(s);
            if (segment.cache() instanceof ScalarCache cache) {
                cache.append(segment.tokens());
            }
            write(segment, hidden[s]);
        }
    }

    @Override
    public long weightBytes() {
        return weightBytes;
    }

    @Override
    public void close() {}

    /// The hidden state of the segment's tokens behind the last layer. Fills the cache, but leaves
    /// its length.
    private float[][] forward(Segment segment) throws InterruptedException {
        int rows = segment.tokens().length;
        var cache =
                segment.cache() instanceof ScalarCache given
                        ? given
                        : new ScalarCache(network, rows);
        cache.requireRoom(rows);
        int total = cache.length() + rows;
        // Longrope turns every position by other frequencies once the sequence is long.
        boolean anew = cache.length() > 0 && beyond(cache.length()) != beyond(total);
        var tokens = anew ? cache.with(segment.tokens()) : segment.tokens();
        int start = total - tokens.length;
        var x = embed(tokens, start);
        for (int l = 0; l < network.layers().size(); l++) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            x = layer(network.layers().get(l), x, start, cache.keys[l], cache.values[l]);
        }
        return Arrays.copyOfRange(x, x.length - rows, x.length);
    }

    private long beyond(int length) {
        return network.layers().stream()
                .filter(layer -> beyond(layer.attention().rope(), length))
                .count();
    }

    private static boolean beyond(@Nullable Rope rope, int length) {
        return rope != null && rope.beyond() != null && length > rope.beyondTokens();
    }

    private float[][] embed(int[] tokens, int start) {
        var embedding = network.embedding();
        var x = new float[tokens.length][network.hidden()];
        var position = new float[network.hidden()];
        var segment = new float[network.hidden()];
        if (embedding.segment() != null) {
            segment = Rows.all(embedding.segment());
        }
        for (int r = 0; r < tokens.length; r++) {
            Rows.row(embedding.tokens(), tokens[r], x[r]);
            if (embedding.positions() != null) {
                Rows.row(embedding.positions(), start + r, position);
            }
            for (int i = 0; i < network.hidden(); i++) {
                x[r][i] = embedding.scale() * x[r][i] + position[i] + segment[i];
            }
        }
        return ScalarMath.norm(embedding.norm(), x);
    }

    private float[][] layer(Layer layer, float[][] x, int start, float[][] keys, float[][] values) {
        var attention = layer.attention();
        var y = join(attention.residual(), x, in -> attend(attention, in, start, keys, values));
        var mixer = layer.mixer();
        return join(
                mixer.residual(),
                y,
                in ->
                        switch (mixer) {
                            case Network.FeedForward feed ->
                                    feedForward(
                                            feed.gate(),
                                            feed.up(),
                                            feed.down(),
                                            feed.activation(),
                                            in);
                            case Network.Experts experts -> experts(experts, in);
                        });
    }

    private float[][] join(Residual residual, float[][] x, UnaryOperator<float[][]> branch) {
        var in = ScalarMath.norm(residual.before(), x);
        var out = ScalarMath.norm(residual.after(), branch.apply(in));
        var sum = new float[x.length][x[0].length];
        for (int r = 0; r < x.length; r++) {
            for (int i = 0; i < sum[r].length; i++) {
                sum[r][i] = x[r][i] + residual.scale() * out[r][i];
            }
        }
        return ScalarMath.norm(residual.sum(), sum);
    }

    private float[][] attend(
            Attention attention, float[][] x, int start, float[][] keys, float[][] values) {
        var query = linear(attention.query(), x);
        var key = linear(attention.key(), x);
        var value = linear(attention.value(), x);
        int total = start + x.length;
        for (int r = 0; r < x.length; r++) {
            place(attention, attention.queryNorm(), attention.heads(), total, start + r, query[r]);
            place(attention, attention.keyNorm(), attention.keyHeads(), total, start + r, key[r]);
            keys[start + r] = key[r];
            values[start + r] = value[r];
        }
        var mixed = new float[x.length][attention.heads() * attention.headSize()];
        for (int r = 0; r < x.length; r++) {
            int end = attention.causal() ? start + r + 1 : total;
            int from = attention.window() > 0 ? Math.max(0, start + r + 1 - attention.window()) : 0;
            for (int h = 0; h < attention.heads(); h++) {
                head(attention, h, query[r], keys, values, from, end, mixed[r]);
            }
        }
        return linear(attention.output(), mixed);
    }

    /// Normalizes and turns the heads of one row.
    private static void place(
            Attention attention,
            @Nullable Norm norm,
            int heads,
            int total,
            int position,
            float[] row) {
        int size = attention.headSize();
        if (norm != null) {
            int width = normWidth(norm) == size ? size : row.length;
            for (int from = 0; from < row.length; from += width) {
                ScalarMath.norm(norm, row, from, width);
            }
        }
        var rope = attention.rope();
        if (rope != null) {
            for (int h = 0; h < heads; h++) {
                ScalarMath.rotate(rope, beyond(rope, total), position, row, h * size);
            }
        }
    }

    private static long normWidth(Norm norm) {
        return switch (norm) {
            case Norm.Rms rms -> rms.gain().shape().elements();
            case Norm.Layer layer -> layer.gain().shape().elements();
        };
    }

    private static void head(
            Attention attention,
            int head,
            float[] query,
            float[][] keys,
            float[][] values,
            int from,
            int end,
            float[] mixed) {
        int size = attention.headSize();
        int at = head * attention.keyHeads() / attention.heads() * size;
        var weights = new double[end - from];
        for (int p = from; p < end; p++) {
            double score = ScalarMath.dot(query, head * size, keys[p], at, size);
            weights[p - from] = ScalarMath.softCap(attention.scale() * score, attention.softCap());
        }
        ScalarMath.softmax(weights, weights.length);
        for (int i = 0; i < size; i++) {
            double sum = 0;
            for (int p = from; p < end; p++) {
                sum += weights[p - from] * values[p][at + i];
            }
            mixed[head * size + i] = (float) sum;
        }
    }

    private float[][] feedForward(
            @Nullable Linear gate,
            Linear up,
            Linear down,
            Network.Activation activation,
            float[][] x) {
        var inner = linear(up, x);
        var gates = gate == null ? inner : linear(gate, x);
        for (int r = 0; r < x.length; r++) {
            for (int i = 0; i < inner[r].length; i++) {
                double active = ScalarMath.activate(activation, gates[r][i]);
                inner[r][i] = (float) (gate == null ? active : active * inner[r][i]);
            }
        }
        return linear(down, inner);
    }

    private float[][] experts(Network.Experts experts, float[][] x) {
        var scores = linear(experts.router(), x);
        var y = new float[x.length][x[0].length];
        for (int r = 0; r < x.length; r++) {
            int count = scores[r].length;
            var weights = new double[count];
            for (int e = 0; e < count; e++) {
                weights[e] = scores[r][e];
            }
            ScalarMath.softmax(weights, count);
            var chosen =
                    IntStream.range(0, count)
                            .boxed()
                            .sorted(Comparator.comparingDouble((Integer e) -> -weights[e]))
                            .limit(experts.chosen())
                            .toList();
            double sum =
                    experts.renormalize() ? chosen.stream().mapToDouble(e -> weights[e]).sum() : 1;
            for (int e : chosen) {
                var expert = experts.experts().get(e);
                var out =
                        feedForward(
                                expert.gate(),
                                expert.up(),
                                expert.down(),
                                experts.activation(),
                                new float[][] {x[r]});
                for (int i = 0; i < y[r].length; i++) {
                    y[r][i] += (float) (weights[e] / sum * out[0][i]);
                }
            }
        }
        return y;
    }

    private float[][] linear(Linear linear, float[][] x) {
        return linear(linear, x, Math.toIntExact(linear.weight().rows()));
    }

    private float[][] linear(Linear linear, float[][] x, int outputs) {
        boolean bytes = withBytes.contains(linear.weight().dtype());
        return ScalarMath.linear(linear, bytes ? ScalarMath.roundToBytes(x) : x, outputs);
    }

    private void write(Segment segment, float[][] x) {
        var out = segment.out();
        switch (segment.wanted()) {
            case NOTHING -> {}
            case LAST_LOGITS -> logits(Arrays.copyOfRange(x, x.length - 1, x.length), out);
            case ALL_LOGITS -> logits(x, out);
            case HIDDEN -> {
                var head = network.head();
                flatten(head == null ? x : ScalarMath.norm(head.norm(), x), out);
            }
        }
    }

    private void logits(float[][] x, float[] out) {
        var head = network.head();
        if (head == null) {
            throw new IllegalArgumentException(network.name() + " is an encoder: no logits");
        }
        var in = ScalarMath.norm(head.norm(), x);
        var y = linear(head.weight(), in, network.vocabulary());
        for (var row : y) {
            for (int i = 0; i < row.length; i++) {
                row[i] = (float) ScalarMath.softCap((double) head.scale() * row[i], head.softCap());
            }
        }
        flatten(y, out);
    }

    private static void flatten(float[][] rows, float[] out) {
        for (int r = 0; r < rows.length; r++) {
            System.arraycopy(rows[r], 0, out, r * rows[r].length, rows[r].length);
        }
    }
}
