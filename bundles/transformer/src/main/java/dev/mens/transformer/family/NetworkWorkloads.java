package dev.mens.transformer.family;

import dev.mens.compute.Network;
import dev.mens.compute.Network.Linear;
import dev.mens.inference.bench.Workloads;
import dev.mens.model.Model;
import dev.mens.model.WeightFiles;
import dev.mens.transformer.config.Config;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/// Adds up the matrices of a network.
@Component
public final class NetworkWorkloads implements Workloads {
    private final WeightFiles weightFiles;

    @Activate
    public NetworkWorkloads(@Reference(name = "weightFiles") WeightFiles weightFiles) {
        this.weightFiles = weightFiles;
    }

    @Override
    public Workload of(Model model) throws IOException {
        var config = Config.read(model.folder().resolve("config.json"));
        try (var weights = weightFiles.open(model.folder())) {
            return of(Architectures.network(model.name(), config, weights));
        }
    }

    static Workload of(Network network) {
        var body = new Sum();
        for (var layer : network.layers()) {
            var attention = layer.attention();
            body.add(attention.query());
            body.add(attention.key());
            body.add(attention.value());
            body.add(attention.output());
            switch (layer.mixer()) {
                case Network.FeedForward feed -> {
                    body.add(feed.gate());
                    body.add(feed.up());
                    body.add(feed.down());
                }
                case Network.Experts experts -> body.add(experts);
            }
        }
        var all = new Sum();
        all.add(body);
        if (network.head() != null) {
            all.add(network.head().weight());
        }
        return new Workload(
                network.vocabulary(),
                network.contextTokens(),
                all.bytes,
                2 * body.elements,
                2 * all.elements);
    }

    /// Bytes and elements of matrices.
    private static final class Sum {
        private long bytes;
        private long elements;

        void add(@Nullable Linear linear) {
            if (linear != null) {
                bytes += linear.weight().data().byteSize();
                elements += linear.weight().shape().elements();
            }
        }

        void add(Network.Experts experts) {
            add(experts.router());
            // They are of one shape, so any will do for those that are chosen.
            for (var expert : experts.experts().subList(0, experts.chosen())) {
                add(expert.gate());
                add(expert.up());
                add(expert.down());
            }
        }

        void add(Sum other) {
            bytes += other.bytes;
            elements += other.elements;
        }
    }
}
