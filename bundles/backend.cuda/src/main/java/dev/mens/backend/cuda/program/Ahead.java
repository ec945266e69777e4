package dev.mens.backend.cuda.program;

import dev.mens.compute.DrawingProgram.Draw;
import dev.mens.compute.Program.Segment;
import dev.mens.compute.Program.Wanted;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Guesses that streams which have decoded together for a while go on. Their next step is queued
/// before anybody asks for it, and so the device does not wait for the host between two steps. A
/// wrong guess costs the time of a step, and what it wrote is written again.
final class Ahead {
    /// A step in vain costs about as much as the device waits in so many.
    private static final int PATIENCE = 16;

    private @Nullable Step next;
    private boolean queued;
    private int streak;

    /// A step of decoding.
    ///
    /// @param positions of the tokens, one of each cache
    record Step(
            List<PagedCache> caches,
            List<Integer> positions,
            List<Integer> tokens,
            List<Draw> draws) {

        /// @return null if the batch is none
        static @Nullable Step of(
                List<Segment> batch, List<PagedCache> caches, List<@Nullable Draw> draws) {
            if (batch.size() > Workspace.MOST_OUTPUTS) {
                return null;
            }
            var tokens = new ArrayList<Integer>();
            var rules = new ArrayList<Draw>();
            for (int s = 0; s < batch.size(); s++) {
                var segment = batch.get(s);
                var draw = draws.get(s);
                if (segment.tokens().length != 1
                        || segment.wanted() != Wanted.LAST_LOGITS
                        || draw == null) {
                    return null;
                }
                tokens.add(segment.tokens()[0]);
                rules.add(draw);
            }
            var positions = caches.stream().map(PagedCache::length).toList();
            return new Step(List.copyOf(caches), positions, tokens, rules);
        }

        /// The one behind it if every stream goes on.
        Step next(int[] chosen) {
            var tokens = new ArrayList<Integer>();
            var rules = new ArrayList<Draw>();
            for (int s = 0; s < caches.size(); s++) {
                tokens.add(chosen[s]);
                var draw = draws.get(s);
                rules.add(draw.temperature() == 0 ? draw : draw.at(draw.position() + 1));
            }
            return new Step(caches, positions.stream().map(p -> p + 1).toList(), tokens, rules);
        }

        boolean follows(Step guess) {
            return caches.equals(guess.caches)
                    && positions.equals(guess.positions)
                    && tokens.equals(guess.tokens)
                    && same(guess);
        }

        /// Where the likeliest is wanted, nothing else matters.
        private boolean same(Step guess) {
            for (int s = 0; s < draws.size(); s++) {
                var draw = draws.get(s);
                var other = guess.draws.get(s);
                boolean likeliest = draw.temperature() == 0 && other.temperature() == 0;
                if (!likeliest && !draw.equals(other)) {
                    return false;
                }
            }
            return true;
        }
    }

    /// Whether what is asked for was queued already.
    boolean queued(@Nullable Step asked) {
        boolean guessed = asked != null && next != null && asked.follows(next);
        streak = guessed ? streak + 1 : 0;
        return guessed && queued;
    }

    /// Whether the streams have gone on for long enough.
    boolean worthwhile() {
        return streak >= PATIENCE;
    }

    /// @param queued whether the step behind it was
    void answered(Step step, int[] chosen, boolean queued) {
        next = step.next(chosen);
        this.queued = queued;
    }

    void forget() {
        next = null;
        queued = false;
        streak = 0;
    }
}
