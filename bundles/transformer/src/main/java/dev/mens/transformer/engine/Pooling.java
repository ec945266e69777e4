package dev.mens.transformer.engine;

import dev.mens.transformer.TransformerProblem;
import dev.mens.transformer.config.Config;
import java.io.IOException;
import java.nio.file.Path;

/// One vector from the hidden states of a text, as the folder's sentence-transformers files ask
/// for it; the mean, normalized, where there are none.
///
/// @param normalize to unit length
/// @see <a href="https://github.com/UKPLab/sentence-transformers">sentence-transformers</a>
record Pooling(Mode mode, boolean normalize) {
    enum Mode {
        MEAN,
        /// The first token, `[CLS]`.
        FIRST,
        MAX,
        LAST
    }

    static Pooling of(Path folder) throws IOException {
        var pooling = Config.find(folder.resolve("1_Pooling").resolve("config.json"));
        return new Pooling(
                pooling.isPresent() ? mode(pooling.get()) : Mode.MEAN, normalizes(folder));
    }

    private static Mode mode(Config config) {
        var named = config.text("pooling_mode").orElse("");
        if (config.flag("pooling_mode_cls_token", named.equals("cls"))) {
            return Mode.FIRST;
        }
        if (config.flag("pooling_mode_max_tokens", named.equals("max"))) {
            return Mode.MAX;
        }
        if (config.flag("pooling_mode_lasttoken", named.equals("lasttoken"))) {
            return Mode.LAST;
        }
        boolean silent = named.isEmpty() || named.equals("mean");
        if (config.flag("pooling_mode_mean_tokens", silent)) {
            return Mode.MEAN;
        }
        throw TransformerProblem.UNSUPPORTED_FEATURE.with(
                "1_Pooling/config.json", "a pooling that is none of mean, cls, max and lasttoken");
    }

    /// modules.json lists what follows the pooling; embeddings are compared by angle, so without
    /// that file they are normalized.
    private static boolean normalizes(Path folder) throws IOException {
        var types = Config.listed(folder.resolve("modules.json"), "type");
        if (types.isEmpty()) {
            return true;
        }
        for (var type : types) {
            if (type.endsWith(".Dense")) {
                throw TransformerProblem.UNSUPPORTED_FEATURE.with("modules.json", type);
            }
        }
        return types.stream().anyMatch(type -> type.endsWith(".Normalize"));
    }

    /// @param hidden `[rows, width]`
    float[] pool(float[] hidden, int rows, int width) {
        var pooled = new float[width];
        for (int i = 0; i < width; i++) {
            pooled[i] = column(hidden, rows, width, i);
        }
        return normalize ? normalized(pooled) : pooled;
    }

    private float column(float[] hidden, int rows, int width, int i) {
        return switch (mode) {
            case FIRST -> hidden[i];
            case LAST -> hidden[(rows - 1) * width + i];
            case MEAN -> {
                double sum = 0;
                for (int row = 0; row < rows; row++) {
                    sum += hidden[row * width + i];
                }
                yield (float) (sum / rows);
            }
            case MAX -> {
                float most = Float.NEGATIVE_INFINITY;
                for (int row = 0; row < rows; row++) {
                    most = Math.max(most, hidden[row * width + i]);
                }
                yield most;
            }
        };
    }

    private static float[] normalized(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        double length = Math.max(Math.sqrt(squares), 1e-12);
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (vector[i] / length);
        }
        return vector;
    }
}
