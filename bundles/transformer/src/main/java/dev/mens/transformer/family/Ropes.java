package dev.mens.transformer.family;

import dev.mens.compute.Network.Rope;
import dev.mens.transformer.TransformerProblem;
import dev.mens.transformer.config.Config;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rotary positions as config.json describes them: `rope_theta` and `rope_scaling` (transformers
/// 4), or `rope_parameters` (transformers 5), which may differ by the type of layer.
///
/// The formulas are those of transformers, `modeling_rope_utils.py`.
final class Ropes {
    private final Config config;
    private final Family family;
    private final int headSize;

    Ropes(Config config, Family family, int headSize) {
        this.config = config;
        this.family = family;
        this.headSize = headSize;
    }

    /// @param sliding of the layers with a window, or of the others
    Rope rope(boolean sliding) {
        var parameters = config.object("rope_parameters").orElse(null);
        if (parameters != null) {
            var type = sliding ? "sliding_attention" : "full_attention";
            return rope(
                    parameters.object(type).orElse(parameters),
                    theta(parameters.object(type).orElse(parameters), sliding));
        }
        if (sliding && family.localRopeTheta() > 0) {
            return plain(config.positive("rope_local_base_freq", family.localRopeTheta()), config);
        }
        return rope(config.object("rope_scaling").orElse(null), theta(config, sliding));
    }

    private double theta(Config parameters, boolean sliding) {
        double fallback =
                sliding && family.localRopeTheta() > 0
                        ? family.localRopeTheta()
                        : config.positive("rope_theta", family.ropeTheta());
        double theta = parameters.positive("rope_theta", fallback);
        if (theta <= 1) {
            throw parameters.bad("rope_theta", theta, "above 1");
        }
        return theta;
    }

    private Rope rope(@Nullable Config scaling, double theta) {
        if (scaling == null) {
            return plain(theta, config);
        }
        // Older configs say "type", the oldest Phi-3 ones "su" for longrope.
        var type = scaling.text("rope_type").or(() -> scaling.text("type")).orElse("default");
        return switch (type) {
            // Dynamic scaling begins beyond max_position_embeddings, where our context ends.
            case "default", "dynamic" -> plain(theta, scaling);
            case "linear" -> linear(theta, scaling);
            case "llama3" -> llama3(theta, scaling);
            case "yarn" -> yarn(theta, scaling);
            case "longrope", "su" -> longrope(theta, scaling);
            case String other ->
                    throw TransformerProblem.UNSUPPORTED_FEATURE.with(
                            "config.json", "rope scaling of type " + other);
        };
    }

    private Rope plain(double theta, Config scaling) {
        return new Rope(floats(frequencies(theta, scaling)), 1, null, 0);
    }

    private Rope linear(double theta, Config scaling) {
        var frequencies = frequencies(theta, scaling);
        double factor = scaling.positive("factor");
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] /= factor;
        }
        return new Rope(floats(frequencies), 1, null, 0);
    }

    /// Long waves are stretched by the factor, short ones kept, those between blended.
    private Rope llama3(double theta, Config scaling) {
        double factor = scaling.positive("factor");
        double low = scaling.positive("low_freq_factor", 1);
        double high = scaling.positive("high_freq_factor", 4);
        if (high <= low) {
            throw scaling.bad("high_freq_factor", high, "above low_freq_factor, " + low);
        }
        int original = originalTokens(scaling);
        var frequencies = frequencies(theta, scaling);
        for (int i = 0; i < frequencies.length; i++) {
            double turns = original * frequencies[i] / (2 * Math.PI);
            double kept = Math.clamp((turns - low) / (high - low), 0, 1);
            frequencies[i] *= (1 - kept) / factor + kept;
        }
        return new Rope(floats(frequencies), 1, null, 0);
    }

    /// @see <a href="https://arxiv.org/abs/2309.00071">Peng et al. 2023, section 3</a>
    private Rope yarn(double theta, Config scaling) {
        double factor = scaling.positive("factor");
        int original = originalTokens(scaling);
        var frequencies = frequencies(theta, scaling);
        int dimensions = 2 * frequencies.length;
        double first = dimension(scaling.positive("beta_fast", 32), dimensions, theta, original);
        double last = dimension(scaling.positive("beta_slow", 1), dimensions, theta, original);
        if (scaling.flag("truncate", true)) {
            first = Math.floor(first);
            last = Math.ceil(last);
        }
        first = Math.max(first, 0);
        last = Math.min(last, dimensions - 1.0);
        double width = first == last ? 0.001 : last - first;
        for (int i = 0; i < frequencies.length; i++) {
            double stretched = Math.clamp((i - first) / width, 0, 1);
            frequencies[i] *= stretched / factor + (1 - stretched);
        }
        return new Rope(floats(frequencies), (float) yarnMagnitude(scaling, factor), null, 0);
    }

    /// Where a dimension turns `rotations` times within the original context.
    private static double dimension(
            double rotations, int dimensions, double theta, int originalTokens) {
        return dimensions
                * Math.log(originalTokens / (rotations * 2 * Math.PI))
                / (2 * Math.log(theta));
    }

    private static double yarnMagnitude(Config scaling, double factor) {
        if (scaling.has("attention_factor")) {
            return scaling.positive("attention_factor");
        }
        double scale = scaling.number("mscale").orElse(0);
        double scaleOfAll = scaling.number("mscale_all_dim").orElse(0);
        if (scale != 0 && scaleOfAll != 0) {
            return yarnScale(factor, scale) / yarnScale(factor, scaleOfAll);
        }
        return yarnScale(factor, 1);
    }

    private static double yarnScale(double factor, double scale) {
        return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
    }

    /// Each dimension has its own factors, one for short and one for long sequences.
    ///
    /// @see <a href="https://arxiv.org/abs/2402.13753">Ding et al. 2024</a>
    private Rope longrope(double theta, Config scaling) {
        int context = config.size("max_position_embeddings");
        int original = originalTokens(scaling);
        double factor =
                config.has("original_max_position_embeddings")
                        ? (double) context / original
                        : scaling.positive("factor", (double) context / original);
        double magnitude = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
        var frequencies = frequencies(theta, scaling);
        return new Rope(
                divided(frequencies, scaling, "short_factor"),
                (float) scaling.positive("attention_factor", magnitude),
                divided(frequencies, scaling, "long_factor"),
                original);
    }

    private static float[] divided(double[] frequencies, Config scaling, String key) {
        List<Double> factors = scaling.positives(key);
        if (factors.size() != frequencies.length) {
            throw scaling.bad(key, factors.size() + " long", frequencies.length + " long");
        }
        var divided = new float[frequencies.length];
        for (int i = 0; i < divided.length; i++) {
            divided[i] = (float) (frequencies[i] / factors.get(i));
        }
        return divided;
    }

    /// Tokens of the context before it was stretched.
    private int originalTokens(Config scaling) {
        var key = "original_max_position_embeddings";
        int context = config.size("max_position_embeddings");
        int tokens = config.has(key) ? config.size(key) : scaling.size(key, context);
        if (tokens < 2) {
            throw config.bad(key, tokens, "at least 2");
        }
        return tokens;
    }

    /// `f[i] = θ^(−2i/d)`, where `d` is the part of a head that turns.
    private double[] frequencies(double theta, Config scaling) {
        double part =
                scaling.positive(
                        "partial_rotary_factor", config.positive("partial_rotary_factor", 1));
        int dimensions = (int) (headSize * part);
        if (dimensions < 2 || dimensions % 2 != 0 || dimensions > headSize) {
            throw config.bad(
                    "head_dim · partial_rotary_factor",
                    dimensions,
                    "an even number from 2 to " + headSize);
        }
        var frequencies = new double[dimensions / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = Math.pow(theta, -2.0 * i / dimensions);
        }
        return frequencies;
    }

    private static float[] floats(double[] values) {
        var floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
