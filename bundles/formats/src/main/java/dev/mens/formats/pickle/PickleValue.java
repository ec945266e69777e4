package dev.mens.formats.pickle;

import dev.mens.compute.DType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a pickle can make here. There are no other types, so nothing else can come to be.
sealed interface PickleValue {

    /// `None`, and everything whose value is of no interest (dtypes, devices, generators).
    enum Nothing implements PickleValue {
        NONE
    }

    record Whole(long value) implements PickleValue {}

    record Real(double value) implements PickleValue {}

    record Truth(boolean value) implements PickleValue {}

    record Text(String value) implements PickleValue {}

    record Octets(byte[] value) implements PickleValue {}

    /// A list, set or tuple. Compared by identity: values may contain themselves.
    final class Items implements PickleValue {
        final List<PickleValue> values = new ArrayList<>();
    }

    /// A dict, or an object with attributes. Only keys that are text or numbers are kept.
    final class Fields implements PickleValue {
        final Map<String, PickleValue> values = new LinkedHashMap<>();
    }

    /// A function or class by name, on the allow-list.
    record Name(PickleNames name) implements PickleValue {}

    /// A storage: elements of one type somewhere in the archive.
    ///
    /// @param dtype absent for an untyped storage, which counts bytes
    record Storage(String key, @Nullable DType dtype, long elements) implements PickleValue {
        long bytes() {
            return dtype == null ? elements : dtype.bytes(elements);
        }
    }

    /// A view of a storage, in elements of `dtype`.
    record View(Storage storage, DType dtype, long offset, long[] sizes, long[] strides)
            implements PickleValue {}
}
