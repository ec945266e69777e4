package dev.mens.backend.cuda.program;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A range of a network's layers with its weights on one device.
///
/// @param embedding present on the device of the first layer
/// @param head present on the device of the last layer, if the network has one
record DeviceNetwork(
        @Nullable DeviceEmbedding embedding, List<DeviceLayer> layers, @Nullable DeviceHead head) {
    DeviceNetwork {
        layers = List.copyOf(layers);
    }

    /// @param positions address of f32 rows, 0 if absent; `segment` likewise, one row
    record DeviceEmbedding(
            DeviceMatrix tokens, float scale, long positions, long segment, DeviceNorm norm) {}

    record DeviceHead(DeviceNorm norm, DeviceLinear weight, float scale, float softCap) {}
}
