package dev.mens.backend.cpu.vector;

import dev.mens.backend.cpu.memory.PanelMemory;
import dev.mens.backend.cpu.vector.MultiplyStep.Product;
import dev.mens.compute.Network;
import dev.mens.compute.Network.Attention;
import dev.mens.compute.Network.Linear;
import dev.mens.compute.Network.Residual;
import dev.mens.compute.Network.Rope;
import dev.mens.compute.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Turns a network into steps.
final class Plan {
    private final Network network;
    private final Arena arena;
    private final Matrices matrices;
    private final PanelMemory panels;
    private final Layout layout;
    private final CacheShape shape;
    private final Map<MemorySegment, Matrix> made = new HashMap<>();
    private final List<Step> body = new ArrayList<>();
    private final List<Step> head = new ArrayList<>();
    private final List<RopeStep> ropes = new ArrayList<>();
    private final Slot x;
    private final Slot n;
    private final Slot y;
    private final Slot left;
    private @Nullable Slot logits;

    /// @param type of the elements of caches
    /// @param arena for widened gains and repacked weights
    Plan(Network network, CacheType type, Arena arena, Matrices matrices, PanelMemory panels) {
        this.network = network;
        this.arena = arena;
        this.matrices = matrices;
        this.panels = panels;
        this.layout = new Layout(matrices);
        this.shape = CacheShape.of(network, type);
        this.x = layout.slot("x", network.hidden());
        this.n = layout.slot("n", network.hidden());
        this.y = layout.slot("y", network.hidden());
        this.left = layout.headSlot("left", network.hidden());
        layers();
        leave();
    }

    List<Step> body() {
        return body;
    }

    List<Step> head() {
        return head;
    }

    Layout layout() {
        return layout;
    }

    CacheShape shape() {
        return shape;
    }

    /// Hidden states of {@link Frame#headRows} as they enter the head.
    Slot left() {
        return left;
    }

    Slot logits() {
        if (logits == null) {
            throw new IllegalArgumentException(network.name() + " is an encoder: no logits");
        }
        return logits;
    }

    private void layers() {
        body.add(new EmbedStep(arena, network.embedding(), network.hidden(), x, layout));
        Residual last = null;
        for (int l = 0; l < network.layers().size(); l++) {
            var layer = network.layers().get(l);
            var attention = layer.attention();
            body.add(new JoinStep(arena, last, attention.residual(), x, y, n));
            attention(attention, l);
            body.add(new JoinStep(arena, attention.residual(), layer.mixer().residual(), x, y, n));
            switch (layer.mixer()) {
                case Network.FeedForward feed -> feedForward(feed);
                case Network.Experts experts -> experts(experts);
            }
            last = layer.mixer().residual();
        }
        body.add(new JoinStep(arena, last, null, x, y, n));
    }

    private void attention(Attention attention, int layer) {
        int width = attention.heads() * attention.headSize();
        int keyWidth = attention.keyHeads() * attention.headSize();
        var q = layout.slot("q", width);
        var k = layout.slot("k", keyWidth);
        var v = layout.slot("v", keyWidth);
        var mixed = layout.slot("mixed", width);
        var table = attention.rope() == null ? null : rope(attention.rope());
        body.add(
                new MultiplyStep(
                        n,
                        List.of(
                                product(attention.query(), q),
                                product(attention.key(), k),
                                product(attention.value(), v)),
                        layout));
        body.add(new HeadsStep(arena, attention, layer, shape, table, q, k, v));
        body.add(new AttendStep(arena, attention, layer, shape, q, mixed, layout));
        if (attention.headSize() % Form.SLICE != 0) {
            body.add(new RoundStep(mixed));
        }
        body.add(new MultiplyStep(mixed, List.of(product(attention.output(), y)), layout));
    }

    private Slot rope(Rope rope) {
        for (var step : ropes) {
            if (step.serves(rope)) {
                return step.table();
            }
        }
        var table = layout.slot("rope" + ropes.size(), RopeStep.width(rope));
        var step = new RopeStep(rope, table);
        ropes.add(step);
        body.add(step);
        return table;
    }

    private void feedForward(Network.FeedForward feed) {
        int inner = Math.toIntExact(feed.up().weight().rows());
        var up = product(feed.up(), layout.slot("up", inner));
        var gate = feed.gate() == null ? null : product(feed.gate(), layout.slot("gate", inner));
        var active = gate == null ? up.out() : gate.out();
        body.add(new MultiplyStep.Gated(n, gate, up, feed.activation(), layout));
        body.add(new MultiplyStep(active, List.of(product(feed.down(), y)), layout));
    }

    private void experts(Network.Experts experts) {
        var scores = layout.slot("router", experts.experts().size());
        body.add(new MultiplyStep(n, List.of(product(experts.router(), scores)), layout));
        var steps = new ExpertSteps(experts, scores, n, y, layout);
        body.add(steps.route());
        for (int e = 0; e < experts.experts().size(); e++) {
            expert(experts, e, steps);
        }
    }

    private void expert(Network.Experts experts, int index, ExpertSteps steps) {
        var expert = experts.experts().get(index);
        int inner = Math.toIntExact(expert.up().weight().rows());
        var gate = product(expert.gate(), layout.slot("gate", inner));
        var up = product(expert.up(), layout.slot("up", inner));
        var down = product(expert.down(), steps.result());
        body.add(steps.gather(index));
        body.add(
                new MultiplyStep.Gated(steps.gathered(), gate, up, experts.activation(), layout) {
                    @Override
                    int rows(Frame frame) {
                        return steps.count(index);
                    }
                });
        body.add(
                new MultiplyStep(gate.out(), List.of(down), layout) {
                    @Override
                    int rows(Frame frame) {
                        return steps.count(index);
                    }
                });
        body.add(steps.scatter(index));
    }

    private void leave() {
        head.add(new HeadSteps.Leave(arena, network.head(), x, left));
        if (network.head() != null) {
            var product =
                    product(
                            network.head().weight(),
                            layout.headSlot(
                                    "logits",
                                    Math.toIntExact(network.head().weight().weight().rows())));
            logits = product.out();
            head.add(new HeadSteps.Logits(network.head(), left, product, layout));
        }
    }

    private Product product(Linear linear, Slot out) {
        var bias = linear.bias();
        return new Product(
                matrix(linear.weight()), bias == null ? 0 : Norms.floats(arena, bias, 0), out);
    }

    /// One matrix for each tensor, however often it is used.
    private Matrix matrix(Tensor tensor) {
        return made.computeIfAbsent(tensor.data(), data -> matrices.of(tensor, arena, panels));
    }
}
