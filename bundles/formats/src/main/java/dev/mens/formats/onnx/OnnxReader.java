package dev.mens.formats.onnx;

import dev.mens.formats.FormatProblem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads what an ONNX file says of its weights and of the operations that use them. Graphs inside
/// nodes are skipped: no transformer keeps weights there.
///
/// @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">the messages</a>
public final class OnnxReader {
    private static final int MAX_NODES = 200_000;
    private static final int MAX_TENSORS = 100_000;
    private static final int MAX_DIMENSIONS = 8;

    /// Inputs, outputs and attributes of one node.
    private static final int MAX_PARTS = 10_000;

    private final ProtoBytes bytes;

    private OnnxReader(ProtoBytes bytes) {
        this.bytes = bytes;
    }

    /// @param file for messages
    /// @throws dev.mens.diagnostics.ProblemException vox/format/… if the file is not sound
    public static OnnxGraph read(FileChannel channel, String file) throws IOException {
        var bytes = new ProtoBytes(channel, file);
        return new OnnxReader(bytes).model(bytes.message());
    }

    private OnnxGraph model(ProtoMessage model) throws IOException {
        Optional<OnnxGraph> graph = Optional.empty();
        while (model.next()) {
            if (model.field() == 7) {
                if (graph.isPresent()) {
                    throw bytes.bad(model.start(), "it has two graphs");
                }
                graph = Optional.of(graph(model.message()));
            }
        }
        return graph.orElseThrow(() -> bytes.bad(0, "it has no graph"));
    }

    private OnnxGraph graph(ProtoMessage graph) throws IOException {
        var nodes = new ArrayList<OnnxNode>();
        var initializers = new LinkedHashMap<String, OnnxTensor>();
        while (graph.next()) {
            switch (graph.field()) {
                case 1 -> nodes.add(node(graph.message()));
                case 5 -> {
                    var tensor = tensor(graph.message());
                    if (initializers.put(tensor.name(), tensor) != null) {
                        throw FormatProblem.DUPLICATE_NAME.with(bytes.file(), shown(tensor.name()));
                    }
                }
                default -> {
                    // names, types and documentation of values
                }
            }
            if (nodes.size() > MAX_NODES || initializers.size() > MAX_TENSORS) {
                throw FormatProblem.ONNX_LIMIT.with(bytes.file(), "too many nodes or tensors");
            }
        }
        return OnnxGraph.of(nodes, initializers);
    }

    private OnnxNode node(ProtoMessage node) throws IOException {
        var operator = "";
        var name = "";
        var inputs = new ArrayList<String>();
        var outputs = new ArrayList<String>();
        var wholes = new HashMap<String, Long>();
        var reals = new HashMap<String, Float>();
        Optional<OnnxTensor> value = Optional.empty();
        for (int parts = 0; node.next(); parts++) {
            if (parts > MAX_PARTS) {
                throw FormatProblem.ONNX_LIMIT.with(bytes.file(), "a node of too many parts");
            }
            switch (node.field()) {
                case 1 -> inputs.add(node.text());
                case 2 -> outputs.add(node.text());
                case 3 -> name = node.text();
                case 4 -> operator = node.text();
                case 5 -> {
                    var constant = attribute(node.message(), wholes, reals);
                    value = constant.isPresent() ? constant : value;
                }
                default -> {
                    // domain and documentation
                }
            }
        }
        return new OnnxNode(operator, name, inputs, outputs, wholes, reals, value);
    }

    /// @return the attribute's tensor, if it has one
    private Optional<OnnxTensor> attribute(
            ProtoMessage attribute, Map<String, Long> wholes, Map<String, Float> reals)
            throws IOException {
        var name = "";
        Optional<OnnxTensor> tensor = Optional.empty();
        Optional<Long> whole = Optional.empty();
        Optional<Float> real = Optional.empty();
        while (attribute.next()) {
            switch (attribute.field()) {
                case 1 -> name = attribute.text();
                case 2 -> real = Optional.of(Float.intBitsToFloat((int) attribute.value()));
                case 3 -> whole = Optional.of(attribute.value());
                case 5 -> tensor = Optional.of(tensor(attribute.message()));
                default -> {
                    // strings, lists and graphs
                }
            }
        }
        var key = name;
        whole.ifPresent(number -> wholes.put(key, number));
        real.ifPresent(number -> reals.put(key, number));
        return tensor;
    }

    private OnnxTensor tensor(ProtoMessage tensor) throws IOException {
        var dims = new ArrayList<Long>();
        int type = 0;
        var name = "";
        OnnxTensor.Data data = new OnnxTensor.Data.Missing();
        var external = new HashMap<String, String>();
        boolean elsewhere = false;
        while (tensor.next()) {
            switch (tensor.field()) {
                case 1 -> dims(tensor, dims);
                case 2 -> type = (int) tensor.value();
                case 4, 9, 10 -> data = only(tensor, data, raw(tensor));
                case 5, 7, 11 -> data = only(tensor, data, varints(tensor));
                case 8 -> name = tensor.text();
                case 13 -> entry(tensor.message(), external);
                case 14 -> elsewhere = tensor.value() == 1;
                default -> {
                    // strings, segments and documentation
                }
            }
        }
        var sizes = dims.stream().mapToLong(Long::longValue).toArray();
        return new OnnxTensor(name, type, sizes, elsewhere ? external(name, external) : data);
    }

    private void dims(ProtoMessage tensor, List<Long> dims) throws IOException {
        if (tensor.isDelimited()) {
            var packed = tensor.message();
            while (!packed.atEnd() && dims.size() <= MAX_DIMENSIONS) {
                dims.add(packed.varint());
            }
        } else {
            dims.add(tensor.value());
        }
        if (dims.size() > MAX_DIMENSIONS) {
            throw FormatProblem.ONNX_LIMIT.with(bytes.file(), "a tensor of many dimensions");
        }
    }

    private static OnnxTensor.Data raw(ProtoMessage tensor) {
        return new OnnxTensor.Data.Raw(tensor.start(), tensor.end() - tensor.start());
    }

    private static OnnxTensor.Data varints(ProtoMessage tensor) {
        return new OnnxTensor.Data.Varints(tensor.start(), tensor.end());
    }

    /// Writers put all elements into one field, packed.
    private OnnxTensor.Data only(
            ProtoMessage tensor, OnnxTensor.Data known, OnnxTensor.Data found) {
        if (!(known instanceof OnnxTensor.Data.Missing)) {
            throw bytes.bad(tensor.start(), "the elements of a tensor are in pieces");
        }
        return found;
    }

    private static void entry(ProtoMessage entry, Map<String, String> external) throws IOException {
        var key = "";
        var value = "";
        while (entry.next()) {
            switch (entry.field()) {
                case 1 -> key = entry.text();
                case 2 -> value = entry.text();
                default -> {
                    // there are no others
                }
            }
        }
        external.put(key, value);
    }

    private OnnxTensor.Data external(String name, Map<String, String> entries) {
        var location = entries.get("location");
        if (location == null) {
            throw FormatProblem.BAD_ENTRY.with(bytes.file(), shown(name), "it is in no file");
        }
        try {
            long offset = Long.parseLong(entries.getOrDefault("offset", "0"));
            long length = Long.parseLong(entries.getOrDefault("length", "-1"));
            return new OnnxTensor.Data.External(location, offset, length);
        } catch (NumberFormatException noNumber) {
            throw FormatProblem.BAD_ENTRY.because(
                    noNumber, bytes.file(), shown(name), "its place is no number");
        }
    }

    static String shown(String name) {
        return name.length() <= 120 ? name : name.substring(0, 120) + "…";
    }
}
