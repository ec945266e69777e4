package dev.mens.oplog;

import dev.mens.crypto.PublicKey;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// How far a log reaches, whatever the order in which its entries came: two logs with equal heads
/// hold the same history.
///
/// @param all sorted by author and class, each once
public record Heads(List<Head> all) {
    private static final Comparator<Head> ORDER =
            Comparator.<Head, byte[]>comparing(
                            head -> head.author().bytes(), Arrays::compareUnsigned)
                    .thenComparing(Head::retention);

    /// The last entry of one author in one class.
    ///
    /// @param next how many there ever were, which is the sequence of the one to come
    public record Head(PublicKey author, Retention retention, long next, EntryId last) {
        public Head {
            if (next < 1) {
                throw OpLogProblem.BAD_OP.with("a head has " + next + " entries");
            }
        }
    }

    public Heads {
        all = all.stream().sorted(ORDER).toList();
        for (int i = 1; i < all.size(); i++) {
            if (ORDER.compare(all.get(i - 1), all.get(i)) == 0) {
                throw OpLogProblem.BAD_OP.with("heads name an author twice");
            }
        }
    }

    /// Entries that there ever were.
    public long entries() {
        return all.stream().mapToLong(Head::next).sum();
    }
}
