package dev.mens.backend.cuda.program;

/// What a product multiplies its weights with.
///
/// @param single whether it is f32, as the residual stream is, or of the compute type
/// @param norm done on the way in
/// @param gather rows to read, 0 for all in order
/// @param from of the product before, if that did the norm
record ProductInput(long address, boolean single, DeviceNorm norm, long gather, Handover from) {
    ProductInput(long address, boolean single, DeviceNorm norm, long gather) {
        this(address, single, norm, gather, Handover.NONE);
    }

    static ProductInput of(long address) {
        return new ProductInput(address, false, DeviceNorm.NONE, 0);
    }

    static ProductInput of(Handover from) {
        return new ProductInput(from.x(), false, DeviceNorm.NONE, 0, from);
    }
}
