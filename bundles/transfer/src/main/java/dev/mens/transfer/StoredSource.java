package dev.mens.transfer;

import dev.mens.content.StoredModel;
import java.io.IOException;
import java.util.BitSet;
import java.util.function.IntConsumer;

/// A whole bundle in the store.
record StoredSource(PieceFiles files) implements ChunkSource {
    static StoredSource of(StoredModel model) {
        return new StoredSource(
                new PieceFiles(model.folder(), Pieces.of(model.signed().manifest())));
    }

    @Override
    public Pieces pieces() {
        return files.pieces();
    }

    @Override
    public boolean complete() {
        return true;
    }

    @Override
    public BitSet present() {
        var all = new BitSet();
        all.set(0, pieces().count());
        return all;
    }

    @Override
    public void read(int piece, byte[] into) throws IOException {
        files.read(piece, into);
    }

    /// Everything is here already.
    @Override
    public Subscription follow(IntConsumer news) {
        return () -> {};
    }
}
