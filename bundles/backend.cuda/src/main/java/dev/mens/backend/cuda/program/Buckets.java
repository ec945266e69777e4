package dev.mens.backend.cuda.program;

/// Sizes that batches of decoding are filled up to, so that few graphs serve all.
final class Buckets {
    private static final int[] SIZES = {
        1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24, 32, 48, 64, 96, 128, 160, 192, 224, 256
    };

    private Buckets() {}

    /// The smallest that holds so many rows.
    static int of(int rows) {
        for (int size : SIZES) {
            if (rows <= size) {
                return size;
            }
        }
        throw new IllegalArgumentException(rows + " rows");
    }
}
