package dev.mens.formats.onnx;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Finds the names that parameters had in PyTorch. Its exporter keeps them where a parameter is
/// used as it is. A linear layer's weight it transposes beforehand, into a tensor without a name:
/// that one is named after the bias which is added to its product, or else after the path of the
/// module that multiplies.
final class OnnxNames {
    /// Of modules and parameters: words and numbers with dots between them.
    private static final Pattern PARAMETER =
            Pattern.compile("[A-Za-z_]\\w*(\\.\\w+)*\\.(\\w+)", Pattern.UNICODE_CHARACTER_CLASS);

    private static final Pattern PRODUCT_PATH = Pattern.compile("/(.+)/(MatMul|Gemm)(_\\d+)?");
    private static final String BIAS = ".bias";
    private static final String WEIGHT = ".weight";

    private final OnnxGraph graph;

    OnnxNames(OnnxGraph graph) {
        this.graph = graph;
    }

    /// @param transposed true if rows and columns are to change places
    record Placed(OnnxTensor tensor, boolean transposed) {}

    /// Parameters by their names in PyTorch; the first of two with one name counts.
    Map<String, Placed> parameters() {
        var parameters = new LinkedHashMap<String, Placed>();
        for (var tensor : graph.initializers().values()) {
            if (isParameter(tensor.name())) {
                parameters.put(tensor.name(), new Placed(tensor, false));
            }
        }
        for (var node : graph.nodes()) {
            anonymous(node)
                    .ifPresent(
                            tensor ->
                                    name(node)
                                            .ifPresent(
                                                    name ->
                                                            parameters.putIfAbsent(
                                                                    name, placed(node, tensor))));
        }
        return parameters;
    }

    /// The second factor of a product, if it is a matrix that lost its name.
    private Optional<OnnxTensor> anonymous(OnnxNode node) {
        boolean product = node.operator().equals("MatMul") || node.operator().equals("Gemm");
        return product
                ? graph.constant(node.input(1))
                        .filter(tensor -> tensor.dims().length == 2)
                        .filter(tensor -> !isParameter(node.inputs().get(1)))
                : Optional.empty();
    }

    private static Placed placed(OnnxNode node, OnnxTensor tensor) {
        return new Placed(tensor, node.wholes().getOrDefault("transB", 0L) == 0);
    }

    private Optional<String> name(OnnxNode node) {
        var own = node.input(2).filter(OnnxNames::isBias);
        var added =
                own.isPresent()
                        ? own
                        : node.outputs().stream()
                                .flatMap(output -> graph.consumers(output).stream())
                                .filter(consumer -> consumer.operator().equals("Add"))
                                .flatMap(add -> add.inputs().stream())
                                .filter(OnnxNames::isBias)
                                .findFirst();
        return added.map(bias -> bias.substring(0, bias.length() - BIAS.length()) + WEIGHT)
                .or(() -> pathName(node.name()));
    }

    private static Optional<String> pathName(String path) {
        var matcher = PRODUCT_PATH.matcher(path);
        return matcher.matches()
                ? Optional.of(matcher.group(1).replace('/', '.') + WEIGHT)
                        .filter(OnnxNames::isParameter)
                : Optional.empty();
    }

    private static boolean isBias(String name) {
        return name.endsWith(BIAS) && isParameter(name);
    }

    private static boolean isParameter(String name) {
        return name.length() <= 512 && PARAMETER.matcher(name).matches();
    }
}
