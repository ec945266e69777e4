package dev.mens.backend.cuda.program;

import dev.mens.backend.cuda.memory.Bump;
import dev.mens.backend.cuda.memory.LayerSplit.Range;
import dev.mens.backend.cuda.program.DeviceLayer.DeviceExperts;
import dev.mens.compute.Network;

/// A range of layers on one device, in numbers, before anything is allocated.
///
/// @param pageStep by how much a page's number counts in the kernels' tables, since all layers
///     share one pool
/// @param pageBytes of keys, or of values, in one layer
/// @param mostPairs rows times experts chosen
record StagePlan(
        Network network,
        Range range,
        Workspace.Limits limits,
        long weightBytes,
        long workBytes,
        int pageStep,
        long pageBytes,
        int mostPairs) {

    static StagePlan of(Network network, Range range, Workspace.Limits limits) {
        var layout = new NetworkLayout(network, range.from(), range.to(), limits.precision(), 0);
        var work = new Bump(0);
        Workspace.of(layout.network(), limits, work);
        int layers = range.to() - range.from();
        int pairs =
                layout.network().layers().stream()
                        .mapToInt(
                                layer ->
                                        layer.mixer() instanceof DeviceExperts experts
                                                ? limits.rows() * experts.chosen()
                                                : 0)
                        .max()
                        .orElse(0);
        return new StagePlan(
                network,
                range,
                limits,
                layout.bytes(),
                work.bytes(),
                2 * layers,
                Shapes.pageBytes(network, limits.precision()),
                pairs);
    }

    /// Bytes of one page in all layers of the range.
    long pageBytesOfAll() {
        return pageStep * pageBytes;
    }

    /// Bytes of the residual stream of so many rows.
    long streamBytes(int rows) {
        return (long) rows * Strides.of(limits.hidden()) * Float.BYTES;
    }

    /// Pinned memory for what goes to the device in a pass.
    long outgoingBytes() {
        long records = 64L * limits.rows() + 128L * Workspace.MOST_OUTPUTS;
        return 2 * (records + 8L * limits.mostPages() * Integer.BYTES);
    }

    /// Pinned memory for what comes back.
    long incomingBytes() {
        int widest = Math.max(Strides.of(limits.vocabulary()), Strides.of(limits.hidden()));
        boolean last = range.to() == network.layers().size();
        long results = (long) Stage.FETCHED_ROWS * widest * Float.BYTES;
        return last ? results : Math.max(results, streamBytes(limits.rows()));
    }
}
