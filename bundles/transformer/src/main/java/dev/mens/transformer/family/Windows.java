package dev.mens.transformer.family;

import dev.mens.transformer.TransformerProblem;
import dev.mens.transformer.config.Config;

/// Which layers see only the latest `sliding_window` tokens.
enum Windows {
    NONE {
        @Override
        boolean slides(Config config, int layer) {
            return false;
        }
    },
    EVERY_LAYER {
        @Override
        boolean slides(Config config, int layer) {
            return true;
        }
    },
    EVERY_LAYER_IF_USED {
        @Override
        boolean slides(Config config, int layer) {
            return config.flag("use_sliding_window", false);
        }
    },
    /// Qwen: those from `max_window_layers` on, if `use_sliding_window`.
    UPPER_LAYERS_IF_USED {
        @Override
        boolean slides(Config config, int layer) {
            return config.flag("use_sliding_window", false)
                    && byType(config, layer, layer >= config.count("max_window_layers").orElse(28));
        }
    },
    /// Gemma 2: the first, the third, …
    EVERY_SECOND_LAYER {
        @Override
        boolean slides(Config config, int layer) {
            return byType(config, layer, layer % 2 == 0);
        }
    },
    /// Gemma 3: all but the last of each group of `sliding_window_pattern`.
    ALL_BUT_EVERY_NTH_LAYER {
        @Override
        boolean slides(Config config, int layer) {
            int group = config.size("sliding_window_pattern", 6);
            return byType(config, layer, (layer + 1) % group != 0);
        }
    };

    private static final int DEFAULT_TOKENS = 4096;

    abstract boolean slides(Config config, int layer);

    /// Tokens that a layer sees; 0 for all.
    int tokens(Config config, int layer) {
        if (!slides(config, layer)) {
            return 0;
        }
        boolean always = this == EVERY_SECOND_LAYER || this == ALL_BUT_EVERY_NTH_LAYER;
        return always
                ? config.size("sliding_window", DEFAULT_TOKENS)
                : config.count("sliding_window").orElse(0);
    }

    /// What `layer_types` says of a layer, where config.json has it.
    private static boolean byType(Config config, int layer, boolean otherwise) {
        var types = config.texts("layer_types");
        if (types.isEmpty()) {
            return otherwise;
        }
        if (layer >= types.size()) {
            throw config.bad("layer_types", types.size() + " long", "one for each layer");
        }
        return switch (types.get(layer)) {
            case "sliding_attention" -> true;
            case "full_attention" -> false;
            case String other ->
                    throw TransformerProblem.UNSUPPORTED_FEATURE.with("config.json", other);
        };
    }
}
