package dev.mens.backend.cuda.program;

import dev.mens.backend.cuda.program.DeviceLayer.DeviceAttention;
import dev.mens.backend.cuda.program.DeviceLayer.DeviceFeedForward;
import dev.mens.backend.cuda.program.ProductOutput.Mode;
import java.util.Objects;

/// A step of decoding one sequence whose products hand rows on word by word, so that none waits for
/// the end of the kernel before. Attention does, and what waits again by then is written only
/// behind it: every layer's first product clears what the last layer's products read.
final class RelayedStep {
    private final DeviceNetwork network;
    private final Workspace.Limits limits;
    private final Workspace work;
    private final Operations operations;
    private final Products products;
    private final Attends attends;
    private final Forward.Pools pools;
    private final Places places;

    RelayedStep(
            DeviceNetwork network,
            Workspace.Limits limits,
            Workspace work,
            Operations operations,
            Products products,
            Attends attends,
            Forward.Pools pools) {
        this.network = network;
        this.limits = limits;
        this.work = work;
        this.operations = operations;
        this.products = products;
        this.attends = attends;
        this.pools = pools;
        this.places = Places.of(network, limits.hidden(), work.relayed());
    }

    /// Where rows lie, one behind the other: the stream behind even layers, behind attention, what
    /// enters `down` and `output`, and the stream behind odd layers and the embedding.
    private record Places(long even, long middle, long inner, long attended, long odd, long end) {
        static Places of(DeviceNetwork network, int hidden, long at) {
            long stream = (long) Strides.of(hidden) * Float.BYTES;
            int inner = 0;
            int attended = 0;
            for (var layer : network.layers()) {
                var attention = layer.attention();
                attended = Math.max(attended, attention.heads() * attention.headSize());
                if (layer.mixer() instanceof DeviceFeedForward feed) {
                    inner = Math.max(inner, feed.inner());
                }
            }
            long toInner = at + 2 * stream;
            long toAttended = toInner + (long) Strides.of(inner) * Short.BYTES;
            long toOdd = toAttended + (long) Strides.of(attended) * Short.BYTES;
            return new Places(at, at + stream, toInner, toAttended, toOdd, toOdd + stream);
        }

        long stream(int layer) {
            return layer % 2 == 0 ? even : odd;
        }

        /// For the first product of a layer, which reads the stream of the layer before.
        Relay clearing(int layer) {
            long from = layer % 2 == 0 ? even : middle;
            return new Relay(layer > 0, 0, from, (layer % 2 == 0 ? odd : end) - from);
        }
    }

    static long bytes(DeviceNetwork network, int hidden) {
        return Places.of(network, hidden, 0).end();
    }

    /// Whether all kernels of a step can do so.
    boolean serves(Forward.Size size) {
        var head = network.head();
        return size.single()
                && size.rows() == 1
                && network.embedding() != null
                && network.embedding().norm().absent()
                && head != null
                && products.relays(head.weight(), head.norm())
                && network.layers().stream().allMatch(this::serves);
    }

    private boolean serves(DeviceLayer layer) {
        var attention = layer.attention();
        return layer.mixer() instanceof DeviceFeedForward feed
                && attends.decodesFused(attention)
                && attention.joint().plain()
                && feed.joint().plain()
                && products.relays(attention.project(), attention.joint().before())
                && products.relays(attention.output(), DeviceNorm.NONE)
                && products.relays(feed.up(), feed.joint().before())
                && products.relays(feed.down(), DeviceNorm.NONE);
    }

    /// Queues everything up to the logits and the largest of them.
    void queue() {
        products.share(network.layers().getFirst().attention().project(), 1);
        var embedding = Objects.requireNonNull(network.embedding());
        operations.embed(embedding, work.rows(), places.stream(1), 1, limits.hidden());
        for (int l = 0; l < network.layers().size(); l++) {
            var layer = network.layers().get(l);
            attention(layer.attention(), l);
            if (layer.mixer() instanceof DeviceFeedForward feed) {
                feedForward(feed, l);
            }
        }
        var head = Objects.requireNonNull(network.head());
        products.relay(
                head.weight(),
                single(places.stream(network.layers().size() - 1), head.norm()),
                new ProductOutput(
                        work.logits(),
                        Strides.of(head.weight().outputs()),
                        Mode.LOGITS,
                        null,
                        head.scale(),
                        head.softCap(),
                        work.best()),
                Relay.POLLED);
    }

    private void attention(DeviceAttention attention, int layer) {
        int projected = Strides.of(attention.projected());
        products.relay(
                attention.project(),
                single(places.stream(layer + 1), attention.joint().before()),
                ProductOutput.of(work.projected(), projected, Mode.SINGLE),
                places.clearing(layer));
        attends.attend(
                attention,
                new Attends.Operands(
                        work.projected(),
                        true,
                        work.qkv(),
                        work.rows(),
                        work.pages(),
                        limits.mostPages(),
                        pools.keys(layer),
                        pools.values(layer),
                        places.attended(),
                        work.tiles(),
                        1,
                        1,
                        work.attendPartial(),
                        work.attendArrived()),
                true);
        products.relay(
                attention.output(),
                ProductInput.of(places.attended()),
                adding(places.middle(), attention.joint()),
                Relay.adding(places.stream(layer + 1)));
    }

    private void feedForward(DeviceFeedForward feed, int layer) {
        products.relay(
                feed.up(),
                single(places.middle(), feed.joint().before()),
                ProductOutput.inner(places.inner(), feed),
                Relay.POLLED);
        products.relay(
                feed.down(),
                ProductInput.of(places.inner()),
                adding(places.stream(layer), feed.joint()),
                Relay.adding(places.middle()));
    }

    private static ProductInput single(long address, DeviceNorm norm) {
        return new ProductInput(address, true, norm, 0);
    }

    private ProductOutput adding(long address, DeviceLayer.Joint joint) {
        return ProductOutput.adding(
                address, Strides.of(limits.hidden()), joint.scale(), Handover.NONE);
    }
}
