package dev.mens.backend.cpu.vector;

/// A buffer that the steps of a program name before it exists: each {@link Frame} has one for
/// each slot.
final class Slot {
    final int index;
    final int width;
    private boolean asBytes;

    Slot(int index, int width) {
        this.index = index;
        this.width = width;
    }

    /// Says that a matrix reads the int8 form.
    void needBytes(boolean needed) {
        asBytes |= needed;
    }

    boolean asBytes() {
        return asBytes;
    }
}
