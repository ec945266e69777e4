package dev.mens.backend.cuda.program;

import java.util.List;

/// One or several matrices over the same input, whose outputs lie beside each other.
///
/// @param parts more than one only where types differ; their rows in order
/// @param bias address of f32 for all outputs, 0 if absent
record DeviceLinear(List<DeviceMatrix> parts, long bias) {
    DeviceLinear {
        parts = List.copyOf(parts);
    }

    int outputs() {
        return parts.stream().mapToInt(DeviceMatrix::rows).sum();
    }

    int inputs() {
        return parts.getFirst().columns();
    }
}
