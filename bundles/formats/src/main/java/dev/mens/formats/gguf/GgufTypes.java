package dev.mens.formats.gguf;

import dev.mens.compute.DType;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The numbers of ggml's tensor types.
final class GgufTypes {
    private static final Map<Integer, DType> TYPES =
            Map.ofEntries(
                    Map.entry(0, DType.F32),
                    Map.entry(1, DType.F16),
                    Map.entry(2, DType.Q4_0),
                    Map.entry(3, DType.Q4_1),
                    Map.entry(6, DType.Q5_0),
                    Map.entry(7, DType.Q5_1),
                    Map.entry(8, DType.Q8_0),
                    Map.entry(10, DType.Q2_K),
                    Map.entry(11, DType.Q3_K),
                    Map.entry(12, DType.Q4_K),
                    Map.entry(13, DType.Q5_K),
                    Map.entry(14, DType.Q6_K),
                    Map.entry(24, DType.I8),
                    Map.entry(25, DType.I16),
                    Map.entry(26, DType.I32),
                    Map.entry(27, DType.I64),
                    Map.entry(28, DType.F64),
                    Map.entry(30, DType.BF16));

    private static final Map<Integer, String> FOREIGN =
            Map.ofEntries(
                    Map.entry(9, "Q8_1"),
                    Map.entry(15, "Q8_K"),
                    Map.entry(16, "IQ2_XXS"),
                    Map.entry(17, "IQ2_XS"),
                    Map.entry(18, "IQ3_XXS"),
                    Map.entry(19, "IQ1_S"),
                    Map.entry(20, "IQ4_NL"),
                    Map.entry(21, "IQ3_S"),
                    Map.entry(22, "IQ2_S"),
                    Map.entry(23, "IQ4_XS"),
                    Map.entry(29, "IQ1_M"),
                    Map.entry(34, "TQ1_0"),
                    Map.entry(35, "TQ2_0"),
                    Map.entry(39, "MXFP4"));

    private GgufTypes() {}

    static @Nullable DType dtype(int type) {
        return TYPES.get(type);
    }

    static String name(int type) {
        return FOREIGN.getOrDefault(type, "type " + Integer.toUnsignedString(type));
    }
}
