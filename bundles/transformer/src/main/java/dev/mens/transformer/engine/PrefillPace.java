package dev.mens.transformer.engine;

/// How many tokens of prompts one step computes: many while nobody else waits, few enough to
/// keep the others' tokens coming otherwise.
final class PrefillPace {
    private static final int LEAST = 32;
    private static final long SLOW_NANOS = 300_000_000;
    private static final long FAST_NANOS = 100_000_000;

    private int shared = 128;
    private int most;
    private boolean measuring;

    /// @param prompts streams whose prompt is not computed yet
    /// @param streams all streams of the step
    /// @param alone tokens while no other stream waits for one
    /// @return most tokens of each prompt
    int share(int prompts, int streams, int alone) {
        measuring = prompts > 0 && streams > prompts;
        if (prompts == 0) {
            return 1;
        }
        most = alone;
        int all = measuring ? Math.min(shared, alone) : alone;
        return Math.max(all / prompts, Math.min(LEAST, all));
    }

    void took(long nanos) {
        if (!measuring) {
            return;
        }
        if (nanos > SLOW_NANOS) {
            shared = Math.max(LEAST, shared / 2);
        } else if (nanos < FAST_NANOS) {
            shared = Math.min(most, shared * 2);
        }
    }
}
