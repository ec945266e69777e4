package dev.mens.backend.cuda.program;

import dev.mens.backend.cuda.program.DeviceLayer.DeviceExperts;
import dev.mens.backend.cuda.program.DeviceLayer.DeviceFeedForward;
import dev.mens.backend.cuda.program.DeviceLayer.Joint;
import dev.mens.backend.cuda.program.ProductOutput.Mode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Queues the kernels of one pass over a range of layers, in the order of the plain interpreter of
/// `backend.cpu`. Nothing here waits or decides by data, so a graph can be captured of it.
final class Forward {
    private final DeviceNetwork network;
    private final Workspace.Limits limits;
    private final Workspace work;
    private final Operations operations;
    private final Products products;
    private final Attends attends;
    private final Pools pools;
    private final RelayedStep relayed;

    /// The pages of all layers as one pool: page p of a layer's keys is at
    /// `base + (p · 2 · layers + 2 · layer) · pageBytes`, its values `pageBytes` behind.
    ///
    /// @param pageBytes of keys, or of values, in one layer
    record Pools(long base, long pageBytes) {
        long keys(int layer) {
            return base + 2 * layer * pageBytes;
        }

        long values(int layer) {
            return keys(layer) + pageBytes;
        }
    }

    /// Size of a pass, which is all that its kernels depend on.
    ///
    /// @param single whether each row is the newest of a sequence of its own
    record Size(int rows, int tiles, boolean single) {}

    Forward(
            DeviceNetwork network,
            Workspace.Limits limits,
            Workspace work,
            Operations operations,
            Products products,
            Pools pools) {
        this.network = network;
        this.limits = limits;
        this.work = work;
        this.operations = operations;
        this.products = products;
        this.attends = new Attends(operations, limits.precision(), limits.device());
        this.pools = pools;
        relayed = new RelayedStep(network, limits, work, operations, products, attends, pools);
    }

    /// The same with its records elsewhere.
    Forward with(Workspace other) {
        return new Forward(network, limits, other, operations, products, pools);
    }

    /// From tokens, or from the residual stream of the range before, to the stream behind the
    /// last layer.
    ///
    /// @return what the last layer hands over to the head, if there is one and each row enters it
    Handover layers(Size size) {
        products.share(network.layers().getFirst().attention().project(), size.rows());
        if (network.embedding() != null) {
            var embedding = network.embedding();
            operations.embed(embedding, work.rows(), work.x(), size.rows(), limits.hidden());
            if (!embedding.norm().absent()) {
                norm(embedding.norm(), 0, work.x(), true, size.rows());
            }
        }
        var from = Handover.NONE;
        for (int l = 0; l < network.layers().size(); l++) {
            var layer = network.layers().get(l);
            from = attention(layer, from, l, size);
            var next = l + 1 < network.layers().size() ? network.layers().get(l + 1) : null;
            switch (layer.mixer()) {
                case DeviceFeedForward feed ->
                        from = feedForward(feed, from, behind(feed, next, size), size.rows());
                case DeviceExperts experts -> {
                    experts(experts, size.rows());
                    from = Handover.NONE;
                }
            }
        }
        return from;
    }

    /// {@link #layers} and {@link #logits} of a step of decoding whose tokens are drawn.
    void step(Size size) {
        if (relayed.serves(size)) {
            relayed.queue();
        } else {
            logits(0, size.rows(), true, layers(size));
        }
    }

    /// What the mixer of a layer hands over to the next, or to the head behind the last.
    private Handover behind(DeviceFeedForward feed, @Nullable DeviceLayer next, Size size) {
        if (next != null) {
            var attention = next.attention();
            return handover(
                    feed.joint(),
                    feed.down(),
                    attention.joint().before(),
                    attention.project(),
                    projection(size),
                    size.rows());
        }
        var head = network.head();
        // What caps takes few rows at a time.
        boolean apart =
                head != null && head.softCap() > 0 && !products.own(head.weight(), size.rows());
        return head == null || !size.single() || apart
                ? Handover.NONE
                : handover(
                        feed.joint(),
                        feed.down(),
                        head.norm(),
                        head.weight(),
                        Mode.LOGITS,
                        size.rows());
    }

    private Handover handover(
            Joint joint, DeviceLinear from, DeviceNorm norm, DeviceLinear to, Mode mode, int rows) {
        return joint.plain()
                ? products.handover(from, norm, to, mode, rows, work.normed())
                : Handover.NONE;
    }

    /// What becomes of queries, keys and values.
    private Mode projection(Size size) {
        boolean step = limits.precision() == Precision.FAST && size.single();
        return step || single(size.rows()) ? Mode.SINGLE : Mode.COMPUTE;
    }

    private Handover attention(DeviceLayer in, Handover from, int layer, Size size) {
        var attention = in.attention();
        int rows = size.rows();
        int projected = Strides.of(attention.projected());
        var project = attention.project();
        var mode = projection(size);
        boolean single = mode == Mode.SINGLE;
        long into = single ? work.projected() : work.qkv();
        if (products.fuses(project, mode, rows)) {
            products.multiply(
                    project,
                    from.absent() ? input(attention.joint(), rows) : ProductInput.of(from),
                    ProductOutput.of(into, projected, mode),
                    rows);
        } else {
            norm(attention.joint().before(), 0, work.normed(), false, rows);
            products.library()
                    .multiply(project, work.normed(), into, projected, single, 1, 0, rows);
        }
        attends.attend(
                attention,
                new Attends.Operands(
                        into,
                        single,
                        work.qkv(),
                        work.rows(),
                        work.pages(),
                        limits.mostPages(),
                        pools.keys(layer),
                        pools.values(layer),
                        work.attended(),
                        work.tiles(),
                        size.tiles(),
                        rows,
                        work.attendPartial(),
                        work.attendArrived()),
                size.single());
        var next =
                switch (in.mixer()) {
                    case DeviceFeedForward feed ->
                            handover(
                                    attention.joint(),
                                    attention.output(),
                                    feed.joint().before(),
                                    feed.up(),
                                    feed.mode(),
                                    rows);
                    case DeviceExperts _ -> Handover.NONE;
                };
        add(attention.joint(), attention.output(), work.attended(), next, rows);
        return next;
    }

    /// Whether what leaves a product in passes of so many rows stays f32 until it is turned or
    /// gated, where the compute type is another.
    private boolean single(int rows) {
        return limits.precision() == Precision.FAST && rows <= Workspace.MOST_SINGLE_ROWS;
    }

    private Handover feedForward(DeviceFeedForward feed, Handover from, Handover next, int rows) {
        if (products.fuses(feed.up(), feed.mode(), rows)) {
            products.multiply(
                    feed.up(),
                    from.absent() ? input(feed.joint(), rows) : ProductInput.of(from),
                    ProductOutput.inner(work.inner(), feed),
                    rows);
        } else {
            norm(feed.joint().before(), 0, work.normed(), false, rows);
            joinMany(feed, rows);
        }
        add(feed.joint(), feed.down(), work.inner(), next, rows);
        return next;
    }

    /// Gate and up of many rows that are normed, joined.
    private void joinMany(DeviceFeedForward feed, int rows) {
        if (feed.gated() && products.tiles().gates(feed.inner(), rows)) {
            products.tiles()
                    .gate(
                            feed.up(),
                            products.library(),
                            work.normed(),
                            work.inner(),
                            feed.activation(),
                            rows);
            return;
        }
        int both = Strides.of(feed.up().outputs());
        products.library()
                .multiply(feed.up(), work.normed(), work.both(), both, single(rows), 1, 0, rows);
        operations.gate(
                work.both(),
                single(rows),
                work.inner(),
                feed.activation(),
                feed.gated(),
                rows,
                feed.inner());
    }

    /// The residual stream, normed now or on the way into the product.
    private ProductInput input(Joint joint, int rows) {
        if (products.norms(joint.before(), rows)) {
            return new ProductInput(work.x(), true, joint.before(), 0);
        }
        norm(joint.before(), 0, work.normed(), false, rows);
        return ProductInput.of(work.normed());
    }

    /// `x ← sum(x + scale · after(linear · y))`.
    private void add(Joint joint, DeviceLinear linear, long y, Handover next, int rows) {
        int hidden = Strides.of(limits.hidden());
        boolean fused = products.fuses(linear, joint.plain() ? Mode.ADD : Mode.SINGLE, rows);
        boolean direct = joint.plain() && (fused || linear.bias() == 0);
        long target = direct ? work.x() : work.branch();
        if (fused) {
            var output =
                    direct
                            ? ProductOutput.adding(target, hidden, joint.scale(), next)
                            : ProductOutput.of(target, hidden, Mode.SINGLE);
            products.multiply(linear, ProductInput.of(y), output, rows);
        } else {
            float alpha = direct ? joint.scale() : 1;
            products.library()
                    .multiply(linear, y, target, hidden, true, alpha, direct ? 1 : 0, rows);
        }
        if (!direct) {
            operations.join(joint, work.x(), work.branch(), rows, limits.hidden());
        }
    }

    /// The router always works in F32: rounding would send rows to other experts.
    private void experts(DeviceExperts experts, int rows) {
        var mixture = work.mixture();
        var joint = experts.joint();
        norm(joint.before(), 0, work.branch(), true, rows);
        products.exact(experts.router(), work.branch(), mixture.scores(), experts.experts(), rows);
        operations.route(mixture.scores(), mixture.expert(), mixture.weight(), experts, rows);
        int pairs = rows * experts.chosen();
        int tile = products.groupTile(pairs, experts.experts());
        int groups = Products.groups(pairs, experts.experts(), tile);
        operations.group(
                mixture.expert(),
                mixture.slotRow(),
                mixture.slotOf(),
                mixture.groups(),
                experts,
                pairs,
                tile,
                groups);
        norm(joint.before(), 0, work.normed(), false, rows);
        products.multiplyGroups(
                experts.up().rows(0, 2 * experts.inner()),
                new ProductInput(work.normed(), false, DeviceNorm.NONE, mixture.slotRow()),
                new ProductOutput(
                        mixture.inner(),
                        Strides.of(experts.inner()),
                        Mode.GATED,
                        experts.activation(),
                        1,
                        0,
                        0),
                mixture.groups(),
                groups,
                tile);
        products.multiplyGroups(
                experts.down().rows(0, limits.hidden()),
                new ProductInput(mixture.inner(), false, DeviceNorm.NONE, mixture.identity()),
                ProductOutput.of(mixture.outputs(), Strides.of(limits.hidden()), Mode.SINGLE),
                mixture.groups(),
                groups,
                tile);
        boolean direct = joint.plain();
        operations.combine(
                direct ? work.x() : work.branch(),
                mixture.outputs(),
                mixture.slotOf(),
                mixture.weight(),
                direct ? joint.scale() : 1,
                direct,
                rows,
                experts.chosen(),
                limits.hidden());
        if (!direct) {
            operations.join(joint, work.x(), work.branch(), rows, limits.hidden());
        }
    }

    /// Logits of the rows that {@link Workspace#outputs} names.
    ///
    /// @param first of those rows, `count` of them at most {@link Workspace#MOST_OUTPUTS}
    /// @param choose whether {@link #draw} follows, for which {@link Workspace#best} is filled if
    ///     {@link #knowsBest}
    /// @param from of {@link #layers}, for the same rows
    void logits(int first, int count, boolean choose, Handover from) {
        var head = Objects.requireNonNull(network.head());
        products.share(head.weight(), count);
        int stride = Strides.of(head.weight().outputs());
        long outputs = work.outputs() + (long) first * Integer.BYTES;
        if (!ownHead(count)) {
            if (from.absent()) {
                norm(head.norm(), outputs, work.normed(), false, count);
            }
            if (products.fuses(head.weight(), Mode.LOGITS, count)) {
                products.multiply(
                        head.weight(),
                        from.absent() ? ProductInput.of(work.normed()) : ProductInput.of(from),
                        ProductOutput.of(work.logits(), stride, Mode.LOGITS, head.scale()),
                        count);
            } else {
                products.library()
                        .multiply(
                                head.weight(),
                                work.normed(),
                                work.logits(),
                                stride,
                                true,
                                head.scale(),
                                0,
                                count);
            }
            if (choose && products.knowsBest()) {
                operations.likeliest(work.logits(), work.best(), count, limits.vocabulary());
            }
            return;
        }
        ProductInput in;
        if (!from.absent()) {
            in = ProductInput.of(from);
        } else if (products.norms(head.norm(), count)) {
            in = new ProductInput(work.x(), true, head.norm(), outputs);
        } else {
            norm(head.norm(), outputs, work.normed(), false, count);
            in = ProductInput.of(work.normed());
        }
        var y =
                new ProductOutput(
                        work.logits(),
                        stride,
                        Mode.LOGITS,
                        null,
                        head.scale(),
                        head.softCap(),
                        choose && products.knowsBest() ? work.best() : 0);
        products.multiply(head.weight(), in, y, count);
    }

    /// Whether the likeliest token is known as soon as the logits are.
    boolean knowsBest() {
        return products.knowsBest();
    }

    /// The library caps nothing.
    private boolean ownHead(int count) {
        var head = Objects.requireNonNull(network.head());
        return head.softCap() > 0 || products.own(head.weight(), count);
    }

    /// What enters the head, or leaves the last layer without one, into {@link Workspace#branch}.
    void hidden(int first, int count) {
        var norm = network.head() == null ? DeviceNorm.NONE : network.head().norm();
        norm(norm, work.outputs() + (long) first * Integer.BYTES, work.branch(), true, count);
    }

    /// Chooses a token of each row of logits by its rule.
    ///
    /// @param records of those rows
    /// @param chosen receives the tokens; may be pinned memory of the host
    /// @param advance whether the records become those of the step behind this one; tokens at even
    ///     positions are then the first `count` of `chosen`, those at odd ones behind them
    void draw(long records, long chosen, int count, boolean advance) {
        operations.sample(
                work.logits(),
                records,
                work.best(),
                work.rules(),
                chosen,
                count,
                limits.vocabulary(),
                advance);
    }

    private void norm(DeviceNorm norm, long gather, long y, boolean single, int rows) {
        operations.norm(norm, work.x(), gather, y, single, rows, limits.hidden());
    }
}
