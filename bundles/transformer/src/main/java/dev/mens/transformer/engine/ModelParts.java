package dev.mens.transformer.engine;

import dev.mens.compute.Network;
import dev.mens.diagnostics.ProblemException;
import dev.mens.inference.InferenceProblem;
import dev.mens.model.ChatTemplate;
import dev.mens.model.ChatTemplates;
import dev.mens.model.Model;
import dev.mens.model.Tokenizer;
import dev.mens.model.Tokenizers;
import dev.mens.model.WeightFiles;
import dev.mens.model.Weights;
import dev.mens.transformer.config.Config;
import dev.mens.transformer.family.Architectures;
import dev.mens.transformer.sampling.Choice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Everything in a model's folder that running it takes.
///
/// @param weights owned; the network's tensors point into them
/// @param chat absent if the folder has no template
/// @param chatProblem what is wrong with the template, which matters to chats only
/// @param generation generation_config.json
/// @param endTokens of generation_config.json, or else of config.json, and the tokenizer's
///     `eos_token`, which ends a turn in chat models
/// @param maxInputTokens of an encoder; longer texts are cut
record ModelParts(
        Model model,
        Weights weights,
        Network network,
        Tokenizer tokenizer,
        @Nullable ChatTemplate chat,
        @Nullable ProblemException chatProblem,
        Optional<Config> generation,
        Set<Integer> endTokens,
        @Nullable Pooling pooling,
        int maxInputTokens)
        implements AutoCloseable {

    /// @param leastContextTokens a context to allow even if the config gives a shorter one; only
    ///     networks without a table of positions go beyond
    static ModelParts open(
            Model model,
            WeightFiles weightFiles,
            Tokenizers tokenizers,
            ChatTemplates chatTemplates,
            int leastContextTokens)
            throws IOException {
        var folder = model.folder();
        var config = Config.read(folder.resolve("config.json"));
        var weights = weightFiles.open(folder);
        try {
            var network =
                    stretched(
                            Architectures.network(model.name(), config, weights),
                            leastContextTokens);
            var tokenizer = tokenizers.open(folder);
            var tokenizerConfig = Config.find(folder.resolve("tokenizer_config.json"));
            var generation = Config.find(folder.resolve("generation_config.json"));
            Choice.check(generation);
            ChatTemplate chat = null;
            ProblemException chatProblem = null;
            try {
                chat = chatTemplates.open(folder).orElse(null);
            } catch (ProblemException problem) {
                chatProblem = problem;
            }
            boolean encoder = network.head() == null;
            var parts =
                    new ModelParts(
                            model,
                            weights,
                            network,
                            tokenizer,
                            chat,
                            chatProblem,
                            generation,
                            endTokens(generation, config, tokenizerConfig, tokenizer),
                            encoder ? Pooling.of(folder) : null,
                            maxInput(folder, network, tokenizerConfig));
            weights = null;
            return parts;
        } finally {
            if (weights != null) {
                weights.close();
            }
        }
    }

    private static Network stretched(Network network, int leastContextTokens) {
        if (network.contextTokens() >= leastContextTokens
                || network.embedding().positions() != null) {
            return network;
        }
        return new Network(
                network.name(),
                network.hidden(),
                network.vocabulary(),
                leastContextTokens,
                network.embedding(),
                network.layers(),
                network.head());
    }

    private static Set<Integer> endTokens(
            Optional<Config> generation,
            Config config,
            Optional<Config> tokenizerConfig,
            Tokenizer tokenizer) {
        var key = "eos_token_id";
        var ends = new HashSet<Integer>();
        generation.ifPresent(file -> ends.addAll(file.indices(key)));
        if (ends.isEmpty()) {
            ends.addAll(config.object("text_config").orElse(config).indices(key));
        }
        tokenizerConfig
                .flatMap(file -> file.textOrField("eos_token", "content"))
                .ifPresent(token -> tokenizer.id(token).ifPresent(ends::add));
        return Set.copyOf(ends);
    }

    private static int maxInput(Path folder, Network network, Optional<Config> tokenizerConfig)
            throws IOException {
        var sentences = Config.find(folder.resolve("sentence_bert_config.json"));
        int limit = network.contextTokens();
        if (sentences.isPresent()) {
            return Math.min(limit, sentences.get().size("max_seq_length", limit));
        }
        // Some say 10³⁰ for "no limit", so this is no size.
        double most =
                tokenizerConfig
                        .map(file -> file.number("model_max_length").orElse(limit))
                        .orElse((double) limit);
        return most >= 1 && most < limit ? (int) most : limit;
    }

    /// Token ids of a rendered conversation, which spells its special tokens itself.
    int[] encode(dev.mens.model.Conversation conversation) {
        if (chatProblem != null) {
            throw chatProblem;
        }
        if (chat == null) {
            throw InferenceProblem.NO_CHAT_TEMPLATE.with(model.name());
        }
        return tokenizer.encode(chat.render(conversation), false);
    }

    /// Bytes of keys and values of one position in F32.
    long cacheBytesPerToken() {
        return network.layers().stream()
                .mapToLong(layer -> 2L * 4 * layer.attention().keyHeads())
                .map(bytes -> bytes * network.layers().getFirst().attention().headSize())
                .sum();
    }

    @Override
    public void close() {
        weights.close();
    }
}
