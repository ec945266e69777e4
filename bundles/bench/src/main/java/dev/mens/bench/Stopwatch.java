package dev.mens.bench;

import dev.mens.inference.Prompt;
import dev.mens.inference.SamplingParams;
import dev.mens.inference.TokenEvent;
import dev.mens.inference.TokenStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/// Times streams over random tokens. Each prompt differs from all earlier ones, so that
/// no cache of theirs helps.
final class Stopwatch {
    private final Source source;
    private final int vocabulary;
    private final Random random = new Random();

    /// Where streams come from.
    @FunctionalInterface
    interface Source {
        TokenStream start(Prompt prompt, SamplingParams sampling) throws IOException;
    }

    Stopwatch(Source source, int vocabulary) {
        this.source = source;
        this.vocabulary = vocabulary;
    }

    /// Seconds from a prompt's submission to its first token, as its engine counts.
    double prefill(int tokens) throws IOException, InterruptedException {
        return seconds(generate(prompt(tokens), 1).prefill());
    }

    /// Seconds for `tokens` tokens after the first.
    double decode(int tokens) throws IOException, InterruptedException {
        return seconds(generate(prompt(1), tokens + 1).decode());
    }

    /// Seconds until each of several streams has generated `tokens` tokens.
    double together(int streams, int tokens) throws IOException, InterruptedException {
        var prompts = new ArrayList<Prompt>();
        for (int s = 0; s < streams; s++) {
            prompts.add(prompt(1));
        }
        long began = System.nanoTime();
        try (var readers =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().inheritInheritableThreadLocals(false).factory())) {
            var running =
                    prompts.stream()
                            .map(prompt -> readers.submit(() -> generate(prompt, tokens)))
                            .toList();
            for (var stream : running) {
                stream.get();
            }
        } catch (ExecutionException failed) {
            switch (failed.getCause()) {
                case IOException world -> throw world;
                case RuntimeException problem -> throw problem;
                case null, default -> throw new AssertionError(failed);
            }
        }
        return (System.nanoTime() - began) / 1e9;
    }

    private TokenEvent.Usage generate(Prompt prompt, int tokens)
            throws IOException, InterruptedException {
        var sampling =
                SamplingParams.builder().temperature(0).maxTokens(tokens).ignoreEnd(true).build();
        try (var stream = source.start(prompt, sampling)) {
            while (true) {
                if (stream.next() instanceof TokenEvent.End end) {
                    if (end.reason() != TokenEvent.Reason.MAX_TOKENS) {
                        throw new IOException("a measured stream ended early: " + end.reason());
                    }
                    return end.usage();
                }
            }
        }
    }

    private Prompt prompt(int tokens) {
        var ids = new ArrayList<Integer>();
        for (int i = 0; i < tokens; i++) {
            ids.add(random.nextInt(vocabulary));
        }
        return new Prompt(new Prompt.Tokens(ids), List.of());
    }

    private static double seconds(Duration took) {
        return took.toNanos() / 1e9;
    }
}
