package dev.mens.formats.gguf;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// The key-value part of a GGUF. A value of another type than asked for counts as absent.
///
/// @param values in the file's order
public record GgufMetadata(Map<String, GgufValue> values) {

    public Optional<String> text(String key) {
        return values.get(key) instanceof GgufValue.Text(var text)
                ? Optional.of(text)
                : Optional.empty();
    }

    public OptionalLong whole(String key) {
        return values.get(key) instanceof GgufValue.Whole(long value)
                ? OptionalLong.of(value)
                : OptionalLong.empty();
    }

    public OptionalDouble real(String key) {
        return switch (values.get(key)) {
            case GgufValue.Real(double value) -> OptionalDouble.of(value);
            case GgufValue.Whole(long value) -> OptionalDouble.of(value);
            case null -> OptionalDouble.empty();
            case GgufValue.Truth _,
                    GgufValue.Text _,
                    GgufValue.Wholes _,
                    GgufValue.Reals _,
                    GgufValue.Texts _ ->
                    OptionalDouble.empty();
        };
    }

    public Optional<Boolean> truth(String key) {
        return values.get(key) instanceof GgufValue.Truth(boolean value)
                ? Optional.of(value)
                : Optional.empty();
    }

    public List<String> texts(String key) {
        return values.get(key) instanceof GgufValue.Texts(var texts) ? texts : List.of();
    }

    /// Empty if absent.
    public long[] wholes(String key) {
        return values.get(key) instanceof GgufValue.Wholes(long[] values) ? values : new long[0];
    }

    /// Empty if absent.
    public double[] reals(String key) {
        return values.get(key) instanceof GgufValue.Reals(double[] values) ? values : new double[0];
    }
}
