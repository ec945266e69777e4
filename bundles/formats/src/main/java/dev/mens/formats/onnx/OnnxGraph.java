package dev.mens.formats.onnx;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A model's graph with the ways that lead through it.
///
/// @param initializers by name, in the file's order
/// @param constants initializers, and what `Constant` nodes give
/// @param producers node by the name of what it gives
/// @param consumers nodes by the name of what they take
public record OnnxGraph(
        List<OnnxNode> nodes,
        Map<String, OnnxTensor> initializers,
        Map<String, OnnxTensor> constants,
        Map<String, OnnxNode> producers,
        Map<String, List<OnnxNode>> consumers) {

    static OnnxGraph of(List<OnnxNode> nodes, Map<String, OnnxTensor> initializers) {
        var constants = new LinkedHashMap<>(initializers);
        var producers = new HashMap<String, OnnxNode>();
        var consumers = new HashMap<String, List<OnnxNode>>();
        for (var node : nodes) {
            for (var output : node.outputs()) {
                producers.put(output, node);
                node.value().ifPresent(value -> constants.put(output, value));
            }
            for (var input : node.inputs()) {
                consumers.merge(input, List.of(node), OnnxGraph::joined);
            }
        }
        return new OnnxGraph(nodes, initializers, constants, producers, consumers);
    }

    /// Only the first few matter: names follow from direct neighbours.
    private static List<OnnxNode> joined(List<OnnxNode> some, List<OnnxNode> more) {
        return some.size() < 8
                ? java.util.stream.Stream.of(some, more).flatMap(List::stream).toList()
                : some;
    }

    Optional<OnnxNode> producer(Optional<String> value) {
        return value.map(producers::get);
    }

    Optional<OnnxTensor> constant(Optional<String> value) {
        return value.map(constants::get);
    }

    List<OnnxNode> consumers(String value) {
        return consumers.getOrDefault(value, List.of());
    }
}
