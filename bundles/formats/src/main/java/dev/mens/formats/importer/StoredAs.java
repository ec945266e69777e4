package dev.mens.formats.importer;

import dev.mens.compute.DType;
import dev.mens.compute.Tensor;
import dev.mens.formats.convert.TensorSource;
import dev.mens.formats.safetensors.Header;
import dev.mens.model.Quantization;
import dev.mens.model.Weights;
import java.util.EnumMap;
import java.util.Map;

/// The tag of a model: the recipe that its metadata name, or the type of most of its bytes.
final class StoredAs {
    private StoredAs() {}

    static Quantization of(Weights weights) {
        var bytes = new EnumMap<DType, Long>(DType.class);
        for (var name : weights.names()) {
            Tensor tensor = weights.tensor(name);
            bytes.merge(tensor.dtype(), tensor.data().byteSize(), Long::sum);
        }
        return tag(weights.metadata(), bytes);
    }

    static Quantization of(Map<String, TensorSource> tensors, Map<String, String> metadata) {
        var bytes = new EnumMap<DType, Long>(DType.class);
        for (var tensor : tensors.values()) {
            bytes.merge(tensor.dtype(), tensor.dtype().bytes(tensor.shape().elements()), Long::sum);
        }
        return tag(metadata, bytes);
    }

    private static Quantization tag(Map<String, String> metadata, Map<DType, Long> bytes) {
        boolean blocks = bytes.keySet().stream().anyMatch(DType::quantized);
        var recipe = metadata.get(Header.RECIPE);
        if (blocks && recipe != null) {
            for (var candidate : Quantization.values()) {
                if (candidate.name().equals(recipe)) {
                    return candidate;
                }
            }
        }
        return bytes.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(most -> tag(most.getKey()))
                .orElse(Quantization.MIXED);
    }

    private static Quantization tag(DType dtype) {
        return switch (dtype) {
            case F32 -> Quantization.F32;
            case F16 -> Quantization.F16;
            case BF16 -> Quantization.BF16;
            case Q8_0 -> Quantization.Q8_0;
            case Q6_K -> Quantization.Q6_K;
            case Q5_K -> Quantization.Q5_K_M;
            case Q5_1 -> Quantization.Q5_1;
            case Q5_0 -> Quantization.Q5_0;
            case Q4_K -> Quantization.Q4_K_M;
            case Q4_1 -> Quantization.Q4_1;
            case Q4_0 -> Quantization.Q4_0;
            case Q3_K -> Quantization.Q3_K_M;
            case Q2_K -> Quantization.Q2_K;
            case NF4 -> Quantization.NF4;
            case F64, I64, I32, I16, I8, U64, U32, U16, U8, BOOL, F8_E4M3, F8_E5M2 ->
                    Quantization.MIXED;
        };
    }
}
