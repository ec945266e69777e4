package dev.mens.compute;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/// A program that can also choose tokens where the logits are, which then need not leave the
/// device. A device where logits are at hand anyway need not be one.
@ConsumerType
public interface DrawingProgram extends Program {
    /// Sequences that one call of {@link #run} advances at most; more are queued by the caller.
    int mostSequences();

    /// Tokens of prompts that one call computes as fast as it can.
    int promptTokens();

    /// In place of a token where the logits are not finite.
    int NOT_FINITE = -1;

    /// As {@link #run(List)}; for a segment that wants {@link Wanted#LAST_LOGITS} and has a draw, a
    /// token is chosen instead of writing the logits.
    ///
    /// @param draws one for each segment, `null` where the segment's `out` is to be written
    /// @param tokens receives a token, or {@link #NOT_FINITE}, for each draw, at the index
    ///     of its segment
    void run(List<Segment> batch, List<@Nullable Draw> draws, int[] tokens)
            throws InterruptedException;

    /// How to choose a token from logits: temperature, then top-k, top-p and min-p as transformers
    /// has them, then the likeliest or a draw among the tokens left, in the order of their ids.
    ///
    /// @param temperature 0 for the likeliest, with which nothing else matters
    /// @param topK 0 for all
    /// @param topP 1 for all
    /// @param minP 0 for all
    /// @param seed of the stream, which with `position` gives the draw's number
    /// @param position tokens that the stream has generated
    record Draw(float temperature, int topK, float topP, float minP, long seed, int position) {
        /// The likeliest token.
        public static final Draw LIKELIEST = new Draw(0, 0, 1, 0, 0, 0);

        public Draw {
            if (!(temperature >= 0) || topK < 0 || !(topP >= 0) || !(minP >= 0)) {
                throw new IllegalArgumentException(
                        "temperature %s, top-k %d, top-p %s, min-p %s"
                                .formatted(temperature, topK, topP, minP));
            }
        }

        /// The same choice at another position of the stream.
        public Draw at(int position) {
            return new Draw(temperature, topK, topP, minP, seed, position);
        }
    }
}
