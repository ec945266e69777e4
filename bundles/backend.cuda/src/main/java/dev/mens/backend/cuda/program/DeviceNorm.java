package dev.mens.backend.cuda.program;

/// A norm as the kernels take it.
///
/// @param gain address of f32, as is `bias`; 0 if absent
record DeviceNorm(Kind kind, long gain, long bias, float offset, float epsilon) {
    static final DeviceNorm NONE = new DeviceNorm(Kind.NONE, 0, 0, 0, 0);

    enum Kind {
        NONE(0),
        RMS(1),
        LAYER(2);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        /// As the kernels have it.
        int code() {
            return code;
        }
    }

    boolean absent() {
        return kind == Kind.NONE;
    }

    /// Whether products can do it on their way in: a scale and a gain for each element.
    boolean fusable() {
        return kind != Kind.LAYER;
    }
}
