package dev.mens.formats.onnx;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An operation of the graph.
///
/// @param name a path of modules in newer exports, such as `/encoder/layer.0/output/dense/MatMul`
/// @param wholes integer attributes by name
/// @param reals float attributes by name
/// @param value what a `Constant` gives
record OnnxNode(
        String operator,
        String name,
        List<String> inputs,
        List<String> outputs,
        Map<String, Long> wholes,
        Map<String, Float> reals,
        Optional<OnnxTensor> value) {

    Optional<String> input(int index) {
        return index < inputs.size() ? Optional.of(inputs.get(index)) : Optional.empty();
    }
}
