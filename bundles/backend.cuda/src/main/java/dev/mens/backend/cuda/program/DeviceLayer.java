package dev.mens.backend.cuda.program;

import dev.mens.backend.cuda.program.ProductOutput.Mode;
import dev.mens.compute.Network.Activation;

/// A layer of the network with its weights on the device.
record DeviceLayer(DeviceAttention attention, DeviceMixer mixer) {

    /// As {@link dev.mens.compute.Network.Residual}.
    record Joint(DeviceNorm before, DeviceNorm after, DeviceNorm sum, float scale) {

        /// Whether the branch can be added to the stream by the product that makes it.
        boolean plain() {
            return after.absent() && sum.absent();
        }
    }

    /// @param project queries, then keys, then values
    /// @param wholeNorm query and key norm go over the whole projection instead of each head
    record DeviceAttention(
            Joint joint,
            DeviceLinear project,
            DeviceLinear output,
            int heads,
            int keyHeads,
            int headSize,
            DeviceNorm queryNorm,
            DeviceNorm keyNorm,
            boolean wholeNorm,
            DeviceRope rope,
            float scale,
            float softCap,
            int window) {

        /// Columns of queries, keys and values together.
        int projected() {
            return (heads + 2 * keyHeads) * headSize;
        }
    }

    /// @param frequencies address of f32; `beyond` likewise, 0 if absent
    /// @param pairs 0 without rotation
    record DeviceRope(long frequencies, long beyond, int pairs, float magnitude, int beyondTokens) {
        static final DeviceRope NONE = new DeviceRope(0, 0, 0, 1, 0);
    }

    sealed interface DeviceMixer {
        Joint joint();
    }

    /// @param up the gate's rows, if there is one, then those of `up`
    record DeviceFeedForward(
            Joint joint,
            DeviceLinear up,
            DeviceLinear down,
            boolean gated,
            int inner,
            Activation activation)
            implements DeviceMixer {

        /// What becomes of the product with {@link #up}.
        Mode mode() {
            return gated ? Mode.GATED : Mode.COMPUTE;
        }
    }

    /// @param up for each expert the gate's rows, then those of `up`
    /// @param down of one expert after the other
    record DeviceExperts(
            Joint joint,
            DeviceLinear router,
            DeviceMatrix up,
            DeviceMatrix down,
            int experts,
            int chosen,
            boolean renormalize,
            int inner,
            Activation activation)
            implements DeviceMixer {}
}
