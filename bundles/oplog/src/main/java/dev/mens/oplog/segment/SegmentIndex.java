package dev.mens.oplog.segment;

import dev.mens.crypto.PublicKey;
import java.util.function.IntConsumer;

/// Finds the records of one segment. Records are numbered by their order in it.
interface SegmentIndex {
    int count();

    int offset(int record);

    long position(int record);

    /// The first record at this position or a later one; {@link #count} if there is none.
    default int at(long position) {
        int low = 0;
        int high = count();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (position(middle) < position) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /// All records whose id begins with 8 bytes between these two, both included, as unsigned
    /// numbers; in any order.
    void find(long lowest, long highest, IntConsumer found);

    /// The record of an author's entry; -1 if it is not here.
    int record(PublicKey author, long sequence);
}
