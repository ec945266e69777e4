package dev.mens.backend.cuda.program;

/// A weight on the device.
///
/// @param quants address of the elements, or of their quants
/// @param scales address of the scales, 0 for plain types
record DeviceMatrix(WeightType type, long quants, long scales, int rows, int columns) {

    /// Part of it, over the same memory.
    DeviceMatrix rows(int from, int count) {
        return new DeviceMatrix(
                type,
                quants + from * type.rowBytes(columns),
                scales == 0 ? 0 : scales + from * type.scaleBytes(columns),
                count,
                columns);
    }

    long bytes() {
        return rows * (type.rowBytes(columns) + type.scaleBytes(columns));
    }
}
