package dev.mens.backend.cpu.vector;

import java.util.EnumSet;
import java.util.Set;

/// A buffer that the steps of a program name before it exists: each {@link Frame} has one for
/// each slot.
final class Slot {
    final int index;
    final int width;
    private final Set<Form> forms = EnumSet.of(Form.FLOATS);

    Slot(int index, int width) {
        this.index = index;
        this.width = width;
    }

    /// Says that a matrix reads that form of its rows.
    void need(Form form) {
        forms.add(form);
    }

    Set<Form> forms() {
        return forms;
    }

    /// Whether its rows have other forms than floats.
    boolean rounded() {
        return forms.size() > 1;
    }
}
