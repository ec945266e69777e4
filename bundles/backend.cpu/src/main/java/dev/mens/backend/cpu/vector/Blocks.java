package dev.mens.backend.cpu.vector;

import dev.mens.compute.Elements;
import dev.mens.compute.Tensor;

/// Elements of any type that the scalar decoder reads, as floats off-heap.
final class Blocks {
    static final int PIECE = 256;

    private Blocks() {}

    /// @param from first element of the tensor, the start of a block
    /// @param piece {@link #PIECE} floats of the calling worker's own
    static void decode(Tensor tensor, long from, int count, long to, float[] piece) {
        for (int done = 0; done < count; done += PIECE) {
            int length = Math.min(PIECE, count - done);
            Elements.read(tensor, from + done, length, piece, 0);
            Memory.write(piece, to + 4L * done, length);
        }
    }
}
