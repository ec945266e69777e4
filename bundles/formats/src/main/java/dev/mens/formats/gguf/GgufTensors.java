package dev.mens.formats.gguf;

import dev.mens.compute.DType;
import dev.mens.compute.Shape;
import dev.mens.formats.FormatProblem;
import dev.mens.formats.convert.FileTensor;
import dev.mens.formats.convert.OffsetTensor;
import dev.mens.formats.convert.PartOfTensor;
import dev.mens.formats.convert.ReorderedRows;
import dev.mens.formats.convert.TensorSource;
import java.nio.channels.FileChannel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The tensors of a GGUF as HuggingFace's model has them: renamed, query and key rows back in
/// order, experts apart, Gemma's norms without the added one.
public final class GgufTensors {
    /// Tables that config.json says in other words.
    private static final Set<String> TABLES =
            Set.of("rope_freqs.weight", "rope_factors_long.weight", "rope_factors_short.weight");

    private final GgufFile file;
    private final GgufFamily family;
    private final FileChannel channel;
    private final String name;
    private final Map<String, TensorSource> tensors = new LinkedHashMap<>();

    private GgufTensors(GgufFile file, GgufFamily family, FileChannel channel, String name) {
        this.file = file;
        this.family = family;
        this.channel = channel;
        this.name = name;
    }

    /// @param notes receives a sentence about every tensor that is left out
    public static Map<String, TensorSource> of(
            GgufFile file,
            GgufFamily family,
            FileChannel channel,
            String name,
            List<String> notes) {
        var result = new GgufTensors(file, family, channel, name);
        for (var entry : file.tensors()) {
            if (!TABLES.contains(entry.name())) {
                var renamed = family.name(entry.name());
                if (renamed.isPresent()) {
                    result.add(entry, renamed.get());
                } else {
                    notes.add("The tensor " + GgufReader.shown(entry.name()) + " was left out.");
                }
            }
        }
        return result.tensors;
    }

    private void add(GgufFile.Entry entry, String renamed) {
        TensorSource tensor = new FileTensor(entry.dtype(), entry.shape(), channel, entry.offset());
        if (family.permuted() && isQueryOrKey(entry.name())) {
            tensor = unpermuted(entry, tensor);
        }
        if (family.normOffset() != 0 && entry.name().endsWith("norm.weight")) {
            tensor = new OffsetTensor(tensor, -family.normOffset());
        }
        if (renamed.contains("*")) {
            addExperts(entry, tensor, renamed);
        } else {
            put(renamed, tensor);
        }
    }

    private static boolean isQueryOrKey(String name) {
        return name.matches(".*\\.attn_[qk]\\.(weight|bias)");
    }

    private TensorSource unpermuted(GgufFile.Entry entry, TensorSource tensor) {
        var metadata = file.metadata();
        var prefix = family.architecture() + ".attention.head_count";
        long queries = metadata.whole(prefix).orElse(0);
        long heads =
                entry.name().contains(".attn_k.")
                        ? metadata.whole(prefix + "_kv").orElse(queries)
                        : queries;
        long rows = entry.shape().rank() == 0 ? 1 : entry.shape().size(0);
        if (heads <= 0 || rows % (2 * heads) != 0) {
            throw FormatProblem.BAD_METADATA.with(
                    name, entry.name() + " has " + rows + " rows for " + heads + " heads");
        }
        return new ReorderedRows(tensor, new RotaryOrder(rows / heads));
    }

    /// GGUF keeps the two partners of a rotary pair beside each other, HuggingFace half a head
    /// apart.
    record RotaryOrder(long headRows) implements ReorderedRows.Order {
        @Override
        public long source(long row) {
            long head = row / headRows;
            long within = row % headRows;
            long half = headRows / 2;
            return head * headRows + within % half * 2 + within / half;
        }
    }

    private void addExperts(GgufFile.Entry entry, TensorSource tensor, String renamed) {
        var shape = entry.shape();
        if (shape.rank() != 3 || shape.size(0) > 4096) {
            throw FormatProblem.BAD_ENTRY.with(
                    name, entry.name(), "experts are expected as up to 4096 matrices");
        }
        var one = new Shape(shape.size(1), shape.size(2));
        for (int expert = 0; expert < shape.size(0); expert++) {
            put(
                    renamed.replace("*", Integer.toString(expert)),
                    new PartOfTensor(tensor, expert * one.elements(), one));
        }
    }

    private void put(String renamed, TensorSource tensor) {
        if (tensors.put(renamed, tensor) != null) {
            throw FormatProblem.DUPLICATE_NAME.with(name, renamed);
        }
    }

    /// True if the file has a tensor of that name.
    static boolean has(GgufFile file, String name) {
        return file.tensors().stream().anyMatch(entry -> entry.name().equals(name));
    }

    /// The type of most parameters, for `torch_dtype`.
    static DType usual(GgufFile file) {
        return file.tensors().stream()
                .max((a, b) -> Long.compare(a.shape().elements(), b.shape().elements()))
                .map(GgufFile.Entry::dtype)
                .orElse(DType.F32);
    }
}
