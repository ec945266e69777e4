package dev.mens.transformer.sampling;

/// One step between logits and the draw: changes logits or drops candidates. Rules run in the
/// order of transformers' processors, whose results they reproduce.
///
/// The formulas are those of transformers, `generation/logits_process.py`.
public sealed interface LogitsRule {

    /// At least one candidate is left.
    void apply(Candidates candidates, History history);

    /// Divides positive and multiplies negative logits of every token seen so far.
    record RepetitionPenalty(float penalty) implements LogitsRule {
        @Override
        public void apply(Candidates candidates, History history) {
            for (int i = 0; i < candidates.count(); i++) {
                if (history.seen(candidates.id(i))) {
                    float logit = candidates.logit(i);
                    candidates.logit(i, logit < 0 ? logit * penalty : logit / penalty);
                }
            }
        }
    }

    /// Subtracts `frequency` for each time a token was generated, and `presence` once.
    record CountPenalty(float frequency, float presence) implements LogitsRule {
        @Override
        public void apply(Candidates candidates, History history) {
            for (int i = 0; i < candidates.count(); i++) {
                int times = history.generated(candidates.id(i));
                if (times > 0) {
                    candidates.logit(i, candidates.logit(i) - times * frequency - presence);
                }
            }
        }
    }

    /// Divides logits, counted from the highest so that a tiny temperature does not overflow.
    record Temperature(float temperature) implements LogitsRule {
        @Override
        public void apply(Candidates candidates, History history) {
            float highest = candidates.highest();
            for (int i = 0; i < candidates.count(); i++) {
                candidates.logit(i, (candidates.logit(i) - highest) / temperature);
            }
        }
    }

    /// Keeps the k likeliest, and whatever equals the last of them.
    record TopK(int k) implements LogitsRule {
        @Override
        public void apply(Candidates candidates, History history) {
            if (k < candidates.count()) {
                candidates.keepFrom(candidates.ranked(k));
            }
        }
    }

    /// Keeps the smallest set of the likeliest whose probabilities exceed `p`.
    record TopP(float p) implements LogitsRule {
        @Override
        public void apply(Candidates candidates, History history) {
            if (p >= 1) {
                return;
            }
            float highest = candidates.highest();
            double mass = candidates.mass(highest);
            // All tokens at or below this probability together cannot exceed 1 − p.
            double negligible = (1 - p) * mass / candidates.count();
            int sorted = candidates.sortFrom((float) (Math.log(negligible) + highest));
            if (sorted == 0) {
                candidates.keepFrom(highest);
                return;
            }
            double above = 0;
            int kept = 0;
            while (kept < sorted && above < p * mass) {
                above += Math.exp(candidates.logit(candidates.sorted(kept)) - highest);
                kept++;
            }
            candidates.keepRanks(Math.max(kept, 1));
        }
    }

    /// Drops what is less likely than this share of the likeliest.
    record MinP(float share) implements LogitsRule {
        @Override
        public void apply(Candidates candidates, History history) {
            candidates.keepFrom((float) (candidates.highest() + Math.log(share)));
        }
    }
}
