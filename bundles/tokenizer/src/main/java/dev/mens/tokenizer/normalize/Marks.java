package dev.mens.tokenizer.normalize;

/// The character classes that normalizers ask for.
final class Marks {
    private Marks() {}

    static boolean isCombining(int c) {
        int type = Character.getType(c);
        return type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || type == Character.ENCLOSING_MARK;
    }

    static boolean isNonSpacing(int c) {
        return Character.getType(c) == Character.NON_SPACING_MARK;
    }

    static boolean isBertControl(int c) {
        if (c == '\t' || c == '\n' || c == '\r') {
            return false;
        }
        int type = Character.getType(c);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.PRIVATE_USE
                || type == Character.UNASSIGNED;
    }
}
