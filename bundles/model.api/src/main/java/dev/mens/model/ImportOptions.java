package dev.mens.model;

import org.jspecify.annotations.Nullable;

/// What to change while importing.
///
/// @param quantize quantize matrices by this recipe (Q8_0, Q4_0, Q4_K_M or NF4), or `null`
/// @param dequantize turn quantized tensors of a GGUF into BF16 instead of keeping their blocks
public record ImportOptions(@Nullable Quantization quantize, boolean dequantize) {
    /// Everything stays as it is.
    public static final ImportOptions AS_IT_IS = new ImportOptions(null, false);
}
