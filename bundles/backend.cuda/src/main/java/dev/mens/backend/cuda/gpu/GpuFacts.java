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
    private static final int HOPPER = 90;

    /// Whether kernels run that are made for Hopper alone.
    public boolean hopper() {
        return capability == HOPPER;
    }

    /// As `nvcc` names it: `sm_90`.
    public String architecture() {
        return "sm_" + capability;
    }
}
