package dev.mens.formats.safetensors;

import dev.mens.compute.DType;
import dev.mens.compute.Shape;
import java.util.List;
import java.util.Map;

/// The checked header of one SafeTensors file: its entries own every byte of the data once.
///
/// @param entries in the order of their data
/// @param metadata `__metadata__`
/// @param dataStart offset of the data in the file
/// @param fileBytes size of the whole file
public record Header(
        List<Entry> entries, Map<String, String> metadata, long dataStart, long fileBytes) {

    /// `__metadata__` keys with this prefix name a tensor whose U8 data are blocks of a quantized
    /// type, which is the value. See docs/formats.md.
    public static final String TAG_PREFIX = "mens.dtype:";

    /// `__metadata__` key of the recipe by which the weights were quantized, for instance
    /// `Q4_K_M`.
    public static final String RECIPE = "mens.quantization";

    /// One tensor.
    ///
    /// @param dtype what the elements are, after the tag
    /// @param shape of the elements, after the tag
    /// @param begin offset of the first byte, from the start of the data
    /// @param end offset behind the last byte
    public record Entry(String name, DType dtype, Shape shape, long begin, long end) {}
}
