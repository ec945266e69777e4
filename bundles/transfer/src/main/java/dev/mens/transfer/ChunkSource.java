package dev.mens.transfer;

import java.io.IOException;
import java.util.BitSet;
import java.util.function.IntConsumer;

/// A bundle, or as much of it as is here, that peers may read. Thread-safe.
interface ChunkSource {
    Pieces pieces();

    boolean complete();

    /// A copy of what is here.
    BitSet present();

    /// @param into at least as long as the piece, which fills its beginning
    void read(int piece, byte[] into) throws IOException;

    /// Tells of every piece that comes, from any thread, until closed.
    Subscription follow(IntConsumer news);

    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
