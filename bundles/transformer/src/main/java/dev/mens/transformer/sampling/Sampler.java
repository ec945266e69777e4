package dev.mens.transformer.sampling;

import dev.mens.inference.InferenceProblem;
import java.util.List;

/// Chooses the next token of one stream: rules in order, then the likeliest or a draw.
public final class Sampler {
    private final List<LogitsRule> rules;
    private final boolean greedy;
    private final long seed;
    private final History history;

    /// @param greedy take the likeliest after the rules instead of drawing
    /// @param history of this stream; the sampler adds what it chooses
    public Sampler(List<LogitsRule> rules, boolean greedy, long seed, History history) {
        this.rules = List.copyOf(rules);
        this.greedy = greedy;
        this.seed = seed;
        this.history = history;
    }

    /// @param logits of the whole vocabulary, unchanged
    /// @param candidates scratch; afterwards holds what the rules left
    /// @param needed fill `candidates` even if the choice does not need them
    /// @param position how many tokens the stream has generated
    /// @throws dev.mens.diagnostics.ProblemException vox/inference/not-finite
    public int choose(float[] logits, Candidates candidates, boolean needed, int position) {
        int likeliest = likeliest(logits, position);
        if (greedy && rules.isEmpty() && !needed) {
            history.add(likeliest);
            return likeliest;
        }
        candidates.fill(logits);
        for (var rule : rules) {
            rule.apply(candidates, history);
        }
        int index = greedy ? best(candidates) : draw(candidates, position);
        int chosen = candidates.id(index);
        history.add(chosen);
        return chosen;
    }

    /// Natural logarithm of a candidate's probability among those that the rules left.
    public static LogProbabilities logProbabilities(Candidates candidates) {
        float highest = candidates.highest();
        return new LogProbabilities(highest + Math.log(candidates.mass(highest)));
    }

    /// @param normalizer logarithm of the sum of the exponentials of all logits
    public record LogProbabilities(double normalizer) {
        public float of(float logit) {
            return (float) (logit - normalizer);
        }
    }

    private static int likeliest(float[] logits, int position) {
        int likeliest = 0;
        for (int id = 0; id < logits.length; id++) {
            float logit = logits[id];
            if (!(Math.abs(logit) <= Float.MAX_VALUE)) {
                throw InferenceProblem.NOT_FINITE.with(position);
            }
            if (logit > logits[likeliest]) {
                likeliest = id;
            }
        }
        return likeliest;
    }

    private static int best(Candidates candidates) {
        int best = 0;
        for (int i = 1; i < candidates.count(); i++) {
            if (candidates.logit(i) > candidates.logit(best)) {
                best = i;
            }
        }
        return best;
    }

    private int draw(Candidates candidates, int position) {
        float highest = candidates.highest();
        double left = Draw.uniform(seed, position) * candidates.mass(highest);
        int last = candidates.count() - 1;
        for (int i = 0; i < last; i++) {
            left -= Math.exp(candidates.logit(i) - highest);
            if (left < 0) {
                return i;
            }
        }
        return last;
    }
}
