package dev.mens.backend.cuda.program;

import dev.mens.backend.cuda.program.DeviceLayer.DeviceFeedForward;
import dev.mens.compute.Network.Activation;
import org.jspecify.annotations.Nullable;

/// Where a product goes, and as what.
///
/// @param stride elements between rows
/// @param next for the next product, with {@link Mode#ADD}
record ProductOutput(
        long address,
        int stride,
        Mode mode,
        @Nullable Activation activation,
        float scale,
        float softCap,
        long best,
        Handover next) {
    ProductOutput(
            long address,
            int stride,
            Mode mode,
            @Nullable Activation activation,
            float scale,
            float softCap,
            long best) {
        this(address, stride, mode, activation, scale, softCap, best, Handover.NONE);
    }

    /// What enters `down`.
    static ProductOutput inner(long address, DeviceFeedForward feed) {
        int stride = Strides.of(feed.inner());
        return new ProductOutput(address, stride, feed.mode(), feed.activation(), 1, 0, 0);
    }

    static ProductOutput adding(long address, int stride, float scale, Handover next) {
        return new ProductOutput(address, stride, Mode.ADD, null, scale, 0, 0, next);
    }

    static ProductOutput of(long address, int stride, Mode mode) {
        return of(address, stride, mode, 1);
    }

    static ProductOutput of(long address, int stride, Mode mode, float scale) {
        return new ProductOutput(address, stride, mode, null, scale, 0, 0);
    }

    /// What becomes of a product.
    enum Mode {
        /// `y = act(v)` in f32.
        SINGLE(0),
        /// `y = act(v)` in the compute type.
        COMPUTE(1),
        /// `y += scale · v` in f32.
        ADD(2),
        /// `y = act(first half) · second half` in the compute type.
        GATED(3),
        /// `y = softCap(scale · v)` in f32; `best` learns the largest.
        LOGITS(4);

        private final int code;

        Mode(int code) {
            this.code = code;
        }

        /// As the kernels have it.
        int code() {
            return code;
        }
    }
}
