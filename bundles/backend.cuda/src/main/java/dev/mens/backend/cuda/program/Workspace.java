package dev.mens.backend.cuda.program;

import dev.mens.backend.cuda.gpu.GpuFacts;
import dev.mens.backend.cuda.memory.Bump;
import dev.mens.backend.cuda.program.DeviceLayer.DeviceExperts;
import dev.mens.backend.cuda.program.DeviceLayer.DeviceFeedForward;
import java.util.ArrayList;
import java.util.List;

/// Where the activations of a pass lie, for the largest pass there can be. Addresses never change,
/// so that captured graphs stay valid.
///
/// @param x residual stream, f32 `[rows, hidden]`
/// @param normed of the compute type
/// @param projected queries, keys and values as they leave their product in steps of decoding
///     and in passes of at most {@link #MOST_SINGLE_ROWS}: f32, so that what is turned is rounded
///     only once
/// @param qkv queries, keys and values of the compute type
/// @param attended what attention makes of them
/// @param both gate and up before they are joined, f32 in passes of at most
///     {@link #MOST_SINGLE_ROWS}; `inner` after
/// @param branch f32, where a branch cannot be added to `x` directly
/// @param logits f32 `[MOST_OUTPUTS, vocabulary]`
/// @param rows records; `tiles`, `outputs` (rows that the head reads), `drawn` (records of those),
///     `rules`, `best` likewise what passes between the host and the kernels
/// @param control where a step of decoding has its records, by {@link Control}
/// @param pages table of all sequences
/// @param relayed rows of {@link RelayedStep}
record Workspace(
        long x,
        long normed,
        long projected,
        long qkv,
        long attended,
        long both,
        long inner,
        long branch,
        long logits,
        long rows,
        long tiles,
        long outputs,
        long drawn,
        long rules,
        long best,
        long control,
        long pages,
        long attendPartial,
        long attendArrived,
        long relayed,
        Scratch scratch,
        Mixture mixture) {
    /// Rows whose logits exist at a time, and so the most sequences that a step decodes.
    static final int MOST_OUTPUTS = 256;

    /// In larger passes what leaves a product is of the compute type, half as much to read.
    static final int MOST_SINGLE_ROWS = 128;

    static final int RULE_BYTES = 48;

    /// For networks with experts. A pair is a row and one of the experts chosen for it.
    ///
    /// @param identity the numbers from 0 on
    record Mixture(
            long scores,
            long expert,
            long weight,
            long slotRow,
            long slotOf,
            long groups,
            long identity,
            long inner,
            long outputs) {}

    /// The records of a step of decoding so close together that they are sent as one.
    record Control(int count) {
        private static final int ROW_BYTES = BatchPlan.ROW_INTS * Integer.BYTES;

        long rules() {
            return (long) count * ROW_BYTES;
        }

        long outputs() {
            return rules() + (long) count * RULE_BYTES;
        }

        long tiles() {
            return outputs() + ((long) count * Integer.BYTES + 15 & -16);
        }

        long bytes() {
            return tiles() + 2L * count * Integer.BYTES;
        }
    }

    /// The same, with the records of a step in place of those of a large pass.
    Workspace with(Control step) {
        return new Workspace(
                x,
                normed,
                projected,
                qkv,
                attended,
                both,
                inner,
                branch,
                logits,
                control,
                control + step.tiles(),
                control + step.outputs(),
                drawn,
                control + step.rules(),
                best,
                control,
                pages,
                attendPartial,
                attendArrived,
                relayed,
                scratch,
                mixture);
    }

    /// How large passes are.
    ///
    /// @param rows of one pass
    /// @param hidden of the network; `vocabulary` likewise, 0 without a head here
    /// @param sequences rows of the page table; `mostPages` of each
    record Limits(
            int rows,
            int hidden,
            int vocabulary,
            int sequences,
            int mostPages,
            GpuFacts device,
            Precision precision,
            boolean library) {}

    /// @param memory counts first, then gives the addresses
    static Workspace of(DeviceNetwork network, Limits limits, Bump memory) {
        int rows = limits.rows();
        int element = limits.precision().bytes();
        boolean exact = limits.precision() == Precision.EXACT;
        int projected = 0;
        int attended = 0;
        int inner = 0;
        int both = 0;
        for (var layer : network.layers()) {
            var attention = layer.attention();
            projected = Math.max(projected, attention.projected());
            attended = Math.max(attended, attention.heads() * attention.headSize());
            if (layer.mixer() instanceof DeviceFeedForward feed) {
                inner = Math.max(inner, feed.inner());
                both = Math.max(both, feed.up().outputs());
            }
        }
        var scratch =
                Scratch.bytes(
                        matrices(network),
                        mixtures(network),
                        rows,
                        limits.hidden(),
                        limits.device());
        return new Workspace(
                matrix(memory, rows, limits.hidden(), Float.BYTES),
                matrix(memory, rows, limits.hidden(), element),
                exact ? 0 : matrix(memory, MOST_OUTPUTS, projected, Float.BYTES),
                matrix(memory, rows, projected, element),
                matrix(memory, rows, attended, element),
                limits.library()
                        ? matrix(memory, Math.max(rows, 2 * MOST_SINGLE_ROWS), both, element)
                        : 0,
                matrix(memory, rows, inner, element),
                matrix(memory, rows, limits.hidden(), Float.BYTES),
                limits.vocabulary() == 0
                        ? 0
                        : matrix(memory, MOST_OUTPUTS, limits.vocabulary(), Float.BYTES),
                memory.take((long) rows * BatchPlan.ROW_INTS * Integer.BYTES),
                memory.take(2L * rows * Integer.BYTES),
                memory.take((long) rows * Integer.BYTES),
                memory.take((long) MOST_OUTPUTS * BatchPlan.ROW_INTS * Integer.BYTES),
                memory.take((long) MOST_OUTPUTS * RULE_BYTES),
                memory.take((long) MOST_OUTPUTS * Long.BYTES),
                memory.take(new Control(MOST_OUTPUTS).bytes()),
                memory.take((long) limits.sequences() * limits.mostPages() * Integer.BYTES),
                memory.take(attendPartialBytes(network, limits)),
                memory.take(attendArrivedBytes(network)),
                memory.take(RelayedStep.bytes(network, limits.hidden())),
                new Scratch(
                        limits.library() ? memory.take(widenedBytes(network)) : 0,
                        memory.take(scratch[0]),
                        memory.take(scratch[1]),
                        memory.take(Handover.SQUARES_BYTES)),
                mixture(network, limits, memory));
    }

    private static long matrix(Bump memory, int rows, int columns, int elementBytes) {
        return memory.take((long) rows * Strides.of(columns) * elementBytes);
    }

    private static List<DeviceMatrix> matrices(DeviceNetwork network) {
        var matrices = new ArrayList<DeviceMatrix>();
        for (var layer : network.layers()) {
            matrices.addAll(layer.attention().project().parts());
            matrices.addAll(layer.attention().output().parts());
            switch (layer.mixer()) {
                case DeviceFeedForward feed -> {
                    matrices.addAll(feed.up().parts());
                    matrices.addAll(feed.down().parts());
                }
                case DeviceExperts experts -> matrices.addAll(experts.router().parts());
            }
        }
        if (network.head() != null) {
            matrices.addAll(network.head().weight().parts());
        }
        return matrices;
    }

    private static List<DeviceExperts> mixtures(DeviceNetwork network) {
        var mixtures = new ArrayList<DeviceExperts>();
        for (var layer : network.layers()) {
            if (layer.mixer() instanceof DeviceExperts experts) {
                mixtures.add(experts);
            }
        }
        return mixtures;
    }

    private static long widenedBytes(DeviceNetwork network) {
        return matrices(network).stream()
                .filter(matrix -> matrix.type() != WeightType.BF16)
                .mapToLong(matrix -> WeightType.BF16.rowBytes(matrix.columns()) * matrix.rows())
                .max()
                .orElse(0);
    }

    private static long attendPartialBytes(DeviceNetwork network, Limits limits) {
        long most = 0;
        for (var layer : network.layers()) {
            for (int count = 1; count <= MOST_OUTPUTS; count++) {
                most =
                        Math.max(
                                most,
                                Attends.partialBytes(layer.attention(), count, limits.device()));
            }
        }
        return most;
    }

    private static long attendArrivedBytes(DeviceNetwork network) {
        return network.layers().stream()
                .mapToLong(layer -> Attends.arrivedBytes(layer.attention(), MOST_OUTPUTS))
                .max()
                .orElse(0);
    }

    private static Mixture mixture(DeviceNetwork network, Limits limits, Bump memory) {
        long experts = 0;
        long pairs = 0;
        int inner = 0;
        for (var layer : network.layers()) {
            if (layer.mixer() instanceof DeviceExperts mixer) {
                experts = Math.max(experts, mixer.experts());
                pairs = Math.max(pairs, (long) limits.rows() * mixer.chosen());
                inner = Math.max(inner, mixer.inner());
            }
        }
        int element = limits.precision().bytes();
        int count = Math.toIntExact(pairs);
        return new Mixture(
                matrix(memory, limits.rows(), (int) experts, Float.BYTES),
                memory.take(pairs * Integer.BYTES),
                memory.take(pairs * Float.BYTES),
                memory.take(pairs * Integer.BYTES),
                memory.take(pairs * Integer.BYTES),
                memory.take(4 * pairs * Integer.BYTES),
                memory.take(pairs * Integer.BYTES),
                matrix(memory, count, inner, element),
                matrix(memory, count, pairs == 0 ? 0 : limits.hidden(), Float.BYTES));
    }
}
