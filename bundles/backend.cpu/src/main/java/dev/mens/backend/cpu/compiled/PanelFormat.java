package dev.mens.backend.cpu.compiled;

import dev.mens.compute.DType;
import java.util.Optional;

/// Types of which the C kernels have panels; the codes are those of `mens_cpu.c`.
enum PanelFormat {
    Q8(0, DType.Q8_0),
    Q4(1, DType.Q4_0),
    Q4K(2, DType.Q4_K),
    Q6K(3, DType.Q6_K);

    final int code;
    final DType dtype;

    PanelFormat(int code, DType dtype) {
        this.code = code;
        this.dtype = dtype;
    }

    static Optional<PanelFormat> of(DType dtype) {
        for (var format : values()) {
            if (format.dtype == dtype) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }
}
