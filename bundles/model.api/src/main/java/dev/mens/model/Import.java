package dev.mens.model;

import java.util.List;

/// What an import made.
///
/// @param sourceFormat `huggingface`, `safetensors`, `gguf`, `pytorch` or `onnx`
/// @param converter name and version of the conversion, for the provenance
/// @param quantization how the weights are stored now
/// @param notes what the source could not say and was assumed, one sentence each
public record Import(
        String sourceFormat, String converter, Quantization quantization, List<String> notes) {
    public Import {
        notes = List.copyOf(notes);
    }
}
