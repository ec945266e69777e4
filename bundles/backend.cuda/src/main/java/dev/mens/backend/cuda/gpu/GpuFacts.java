package dev.mens.backend.cuda.gpu;

/// What a device is.
///
/// @param ordinal as the driver counts
/// @param capability 10 · major + minor compute capability: 90 for an H100
/// @param processors streaming multiprocessors
/// @param sharedBytes shared memory that one block may ask for
public record GpuFacts(
        int ordinal,
        String name,
        int capability,
        int processors,
        int sharedBytes,
        long memoryBytes) {

    /// As `nvcc` names it: `sm_90`.
    public String architecture() {
        return "sm_" + capability;
    }
}
