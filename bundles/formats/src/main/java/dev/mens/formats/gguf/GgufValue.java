package dev.mens.formats.gguf;

import java.util.List;

/// A value of GGUF's metadata.
public sealed interface GgufValue {

    /// Any integer type; unsigned 64-bit values beyond `Long.MAX_VALUE` appear negative.
    record Whole(long value) implements GgufValue {}

    record Real(double value) implements GgufValue {}

    record Truth(boolean value) implements GgufValue {}

    record Text(String value) implements GgufValue {}

    record Wholes(long[] values) implements GgufValue {}

    record Reals(double[] values) implements GgufValue {}

    record Texts(List<String> values) implements GgufValue {}
}
