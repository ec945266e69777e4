package dev.mens.formats;

/// Names of files that a file from strangers may mention.
public final class PlainNames {
    private static final int LONGEST = 255;

    private PlainNames() {}

    /// Whether a name can only be a file in the same folder. It may be a link there: hub caches
    /// consist of them.
    public static boolean isPlain(String name) {
        return !name.isBlank()
                && name.length() <= LONGEST
                && !name.equals(".")
                && !name.equals("..")
                && name.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c < ' ');
    }
}
