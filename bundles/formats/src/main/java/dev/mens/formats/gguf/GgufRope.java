package dev.mens.formats.gguf;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Rotary positions: `rope_theta` and `rope_scaling` of config.json.
public final class GgufRope {
    private final GgufMetadata metadata;
    private final String prefix;
    private final Tables tables;
    private final List<String> notes;

    /// Factors by frequency, as the file's tensors have them; empty if it has none.
    ///
    /// @param llama3 `rope_freqs.weight`
    /// @param longer `rope_factors_long.weight`
    /// @param shorter `rope_factors_short.weight`
    public record Tables(float[] llama3, float[] longer, float[] shorter) {}

    GgufRope(GgufMetadata metadata, GgufFamily family, Tables tables, List<String> notes) {
        this.metadata = metadata;
        this.prefix = family.architecture() + ".rope.";
        this.tables = tables;
        this.notes = notes;
    }

    void addTo(Map<String, Object> config) {
        double theta = GgufConfig.decimal(metadata.real(prefix + "freq_base").orElse(10000));
        config.put("rope_theta", theta);
        if (tables.longer().length > 0) {
            longRope(config);
        } else if (tables.llama3().length > 0) {
            config.put("rope_scaling", llama3(theta));
        } else {
            config.put("rope_scaling", scaled());
        }
    }

    private Map<String, Object> scaled() {
        var type = metadata.text(prefix + "scaling.type").orElse("none");
        double factor = GgufConfig.decimal(metadata.real(prefix + "scaling.factor").orElse(1));
        var scaling = new LinkedHashMap<String, Object>();
        switch (type) {
            case "linear" -> scaling.put("rope_type", "linear");
            case "yarn" -> {
                scaling.put("rope_type", "yarn");
                metadata.whole(prefix + "scaling.original_context_length")
                        .ifPresent(n -> scaling.put("original_max_position_embeddings", n));
                metadata.real(prefix + "scaling.attn_factor")
                        .ifPresent(f -> scaling.put("attention_factor", GgufConfig.decimal(f)));
            }
            default -> {
                return null;
            }
        }
        scaling.put("factor", factor);
        return scaling;
    }

    private void longRope(Map<String, Object> config) {
        var scaling = new LinkedHashMap<String, Object>();
        scaling.put("rope_type", "longrope");
        scaling.put("long_factor", decimals(tables.longer()));
        scaling.put("short_factor", decimals(tables.shorter()));
        metadata.whole(prefix + "scaling.original_context_length")
                .ifPresent(
                        original -> {
                            scaling.put("original_max_position_embeddings", original);
                            config.put("original_max_position_embeddings", original);
                        });
        config.put("rope_scaling", scaling);
    }

    private static List<Double> decimals(float[] values) {
        var decimals = new ArrayList<Double>(values.length);
        for (float value : values) {
            decimals.add(GgufConfig.decimal(value));
        }
        return decimals;
    }

    /// The table holds only the result; Llama 3's parameters are tried until it comes out.
    private Map<String, Object> llama3(double theta) {
        float[] table = tables.llama3();
        double factor = 1;
        for (float value : table) {
            factor = Math.max(factor, value);
        }
        long found = 8192;
        boolean exact = false;
        for (long original = 16; original <= 1 << 20 && !exact; original *= 2) {
            if (matches(table, theta, factor, original)) {
                found = original;
                exact = true;
            }
        }
        if (!exact) {
            notes.add(
                    "The rotary factors are not Llama 3's usual ones; original_max_position_"
                            + "embeddings 8192 is assumed.");
        }
        var scaling = new LinkedHashMap<String, Object>();
        scaling.put("rope_type", "llama3");
        scaling.put("factor", GgufConfig.decimal(factor));
        scaling.put("low_freq_factor", 1.0);
        scaling.put("high_freq_factor", 4.0);
        scaling.put("original_max_position_embeddings", found);
        return scaling;
    }

    private static boolean matches(float[] table, double theta, double factor, long original) {
        for (int i = 0; i < table.length; i++) {
            double wavelength = 2 * Math.PI * Math.pow(theta, (double) i / table.length);
            double expected;
            if (wavelength < original / 4.0) {
                expected = 1;
            } else if (wavelength > original) {
                expected = factor;
            } else {
                double smooth = (original / wavelength - 1) / (4 - 1);
                expected = 1 / ((1 - smooth) / factor + smooth);
            }
            if (!(Math.abs(table[i] - expected) <= 1e-3 * expected)) {
                return false;
            }
        }
        return true;
    }
}
