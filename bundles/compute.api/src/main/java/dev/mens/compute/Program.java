package dev.mens.compute;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/// A network ready to run on one device. It owns device memory until closed. One thread at a
/// time calls {@link #run}; caches are made and closed by that thread too.
@ConsumerType
public interface Program extends AutoCloseable {

    /// Memory for the keys and values of one sequence.
    ///
    /// @param capacityTokens the most positions the sequence will have
    Cache cache(int capacityTokens);

    /// Advances several sequences at once. Each segment's rows are computed as if it ran alone.
    ///
    /// @throws InterruptedException if the calling thread was interrupted; the caches of the
    ///     batch are then as before the call
    void run(List<Segment> batch) throws InterruptedException;

    /// Bytes on the device, without caches.
    long weightBytes();

    @Override
    void close();

    /// The next tokens of one sequence, which follow the `cache.length()` already in its cache.
    ///
    /// @param cache grows by `tokens.length`; `null` for an encoder
    /// @param tokens at least one, each within the network's vocabulary
    /// @param wanted what to write into `out`
    /// @param out `[rows wanted, vocabulary]`, or `[tokens, hidden]` for {@link Wanted#HIDDEN}
    record Segment(@Nullable Cache cache, int[] tokens, Wanted wanted, float[] out) {}

    enum Wanted {
        /// Only fill the cache.
        NOTHING,
        /// Logits after the last token.
        LAST_LOGITS,
        /// Logits after every token.
        ALL_LOGITS,
        /// The hidden state of every token as it enters the head (after its norm), or as it
        /// leaves the last layer where there is no head.
        HIDDEN
    }

    /// Keys and values of one sequence.
    interface Cache extends AutoCloseable {
        int length();

        int capacity();

        /// Forgets the positions from `length` on, so that another continuation can follow.
        void truncate(int length);

        @Override
        void close();
    }
}
