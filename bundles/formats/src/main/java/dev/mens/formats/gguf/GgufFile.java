package dev.mens.formats.gguf;

import dev.mens.compute.DType;
import dev.mens.compute.Shape;
import java.util.List;

/// The checked head of a GGUF file.
///
/// @param tensors in the order of their data, which is disjoint and inside the file
public record GgufFile(GgufMetadata metadata, List<Entry> tensors) {

    /// One tensor.
    ///
    /// @param shape outermost first, that is GGUF's `ne` reversed
    /// @param offset of its first byte in the file
    public record Entry(String name, DType dtype, Shape shape, long offset) {
        public long bytes() {
            return dtype.bytes(shape.elements());
        }
    }
}
