package dev.mens.formats.safetensors;

import dev.mens.compute.DType;
import dev.mens.compute.Shape;
import dev.mens.diagnostics.ProblemException;
import dev.mens.formats.FormatProblem;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// One tensor's entry as the header spells it, not yet believed.
record RawEntry(String name, String dtype, long[] sizes, long begin, long end) {

    private static final Map<String, DType> STORED =
            Map.ofEntries(
                    Map.entry("F64", DType.F64),
                    Map.entry("F32", DType.F32),
                    Map.entry("F16", DType.F16),
                    Map.entry("BF16", DType.BF16),
                    Map.entry("I64", DType.I64),
                    Map.entry("I32", DType.I32),
                    Map.entry("I16", DType.I16),
                    Map.entry("I8", DType.I8),
                    Map.entry("U64", DType.U64),
                    Map.entry("U32", DType.U32),
                    Map.entry("U16", DType.U16),
                    Map.entry("U8", DType.U8),
                    Map.entry("BOOL", DType.BOOL),
                    Map.entry("F8_E4M3", DType.F8_E4M3),
                    Map.entry("F8_E5M2", DType.F8_E5M2));

    /// Checks everything that concerns this tensor alone.
    ///
    /// @param tag the quantized type that the metadata claims, if any
    Header.Entry checked(String file, Optional<String> tag) {
        var stored = STORED.get(dtype);
        if (stored == null) {
            throw FormatProblem.UNKNOWN_DTYPE.with(file, name, dtype);
        }
        for (long size : sizes) {
            requireNatural(file, "the size " + size, size);
        }
        requireNatural(file, "the offset " + begin, begin);
        requireNatural(file, "the offset " + end, end);
        if (end < begin) {
            throw FormatProblem.REVERSED.with(file, name, end, begin);
        }
        long bytes = bytes(file, stored);
        if (bytes != end - begin) {
            throw FormatProblem.WRONG_SIZE.with(
                    file, name, Arrays.toString(sizes), stored, bytes, end - begin);
        }
        return tag.map(quantized -> tagged(file, stored, quantized))
                .orElseGet(() -> new Header.Entry(name, stored, new Shape(sizes), begin, end));
    }

    private long bytes(String file, DType stored) {
        try {
            // A zero size must not hide an overflow of the others: Shape multiplies in order.
            return stored.bytes(new Shape(sizes).elements());
        } catch (ProblemException | ArithmeticException overflow) {
            throw FormatProblem.OVERFLOW.because(
                    overflow, file, name, "the shape " + Arrays.toString(sizes));
        }
    }

    /// The last size counts bytes; the elements are what its whole blocks hold.
    private Header.Entry tagged(String file, DType stored, String tag) {
        var quantized = quantized(file, tag);
        if (stored != DType.U8 || sizes.length == 0) {
            throw badTag(file, tag, "only U8 tensors hold blocks");
        }
        var elements = sizes.clone();
        int last = sizes.length - 1;
        if (sizes[last] % quantized.blockBytes() != 0) {
            throw badTag(file, tag, "its rows of " + sizes[last] + " bytes are not whole blocks");
        }
        elements[last] = sizes[last] / quantized.blockBytes();
        try {
            elements[last] = Math.multiplyExact(elements[last], (long) quantized.blockElements());
            return new Header.Entry(name, quantized, new Shape(elements), begin, end);
        } catch (ProblemException | ArithmeticException overflow) {
            throw FormatProblem.OVERFLOW.because(
                    overflow, file, name, "the shape " + Arrays.toString(elements));
        }
    }

    private DType quantized(String file, String tag) {
        for (var candidate : DType.values()) {
            if (candidate.quantized() && candidate.name().equals(tag.toUpperCase(Locale.ROOT))) {
                return candidate;
            }
        }
        throw badTag(file, tag, "there is no such block format");
    }

    private ProblemException badTag(String file, String tag, String why) {
        return FormatProblem.BAD_TAG.with(file, name, tag, why);
    }

    private void requireNatural(String file, String what, long value) {
        if (value < 0) {
            throw FormatProblem.NEGATIVE.with(file, name, what);
        }
    }
}
