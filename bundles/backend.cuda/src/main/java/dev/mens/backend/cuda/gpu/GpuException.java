package dev.mens.backend.cuda.gpu;

import java.util.Set;

/// The driver refused a call, or reports what went wrong in earlier work.
///
/// @see <a href="https://docs.nvidia.com/cuda/cuda-driver-api/group__CUDA__TYPES.html">CUresult</a>
public final class GpuException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final int OUT_OF_MEMORY = 2;

    /// Uncorrectable memory errors, faults of kernels, and contexts that are gone: from then on
    /// every call in that context fails.
    private static final Set<Integer> STICKY =
            Set.of(214, 220, 221, 700, 702, 709, 710, 714, 715, 716, 717, 718, 719, 999);

    private final int code;

    public GpuException(String call, int code, String meaning) {
        super(call + ": " + meaning + " (" + code + ")");
        this.code = code;
    }

    public boolean outOfMemory() {
        return code == OUT_OF_MEMORY;
    }

    /// Whether the context is lost; only a new one works again.
    public boolean sticky() {
        return STICKY.contains(code);
    }
}
