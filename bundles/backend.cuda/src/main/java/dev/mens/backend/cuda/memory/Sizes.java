package dev.mens.backend.cuda.memory;

import java.util.Locale;

/// Bytes as people read them.
public final class Sizes {
    private Sizes() {}

    public static String of(long bytes) {
        return bytes >= 1L << 30
                ? String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30))
                : String.format(Locale.ROOT, "%.1f MiB", bytes / (double) (1L << 20));
    }
}
