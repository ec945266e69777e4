package dev.mens.transformer.engine;

import dev.mens.inference.SamplingParams;
import dev.mens.transformer.sampling.Choice;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/// One prompt, ready to run.
///
/// @param prompt token ids of the prompt alone
/// @param continued tokens generated for it elsewhere
/// @param maxTokens to generate, `continued` included
/// @param endTokens that end the stream; none if the caller ignores them
record Request(
        int[] prompt,
        List<Integer> continued,
        Choice choice,
        int maxTokens,
        Set<Integer> endTokens,
        SamplingParams sampling,
        Instant since) {}
