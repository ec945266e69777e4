package dev.mens.backend.cpu.vector;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The buffers that the steps of one program need.
final class Layout {
    /// Rows whose logits are computed at once; a row of logits may take a megabyte.
    static final int HEAD_ROWS = 32;

    private final Matrices matrices;
    private final List<Slot> slots = new ArrayList<>();
    private final Map<String, Slot> byRole = new HashMap<>();
    private final Set<Slot> heads = new HashSet<>();
    private int scratchFloats;

    Layout(Matrices matrices) {
        this.matrices = matrices;
    }

    Matrices matrices() {
        return matrices;
    }

    /// The slot of that role and width; layers share them.
    Slot slot(String role, int width) {
        return byRole.computeIfAbsent(
                role + " " + width,
                key -> {
                    var slot = new Slot(slots.size(), width);
                    slots.add(slot);
                    return slot;
                });
    }

    /// A slot with a row for each of {@link Frame#headRows} only.
    Slot headSlot(String role, int width) {
        var slot = slot(role, width);
        heads.add(slot);
        return slot;
    }

    boolean isHead(Slot slot) {
        return heads.contains(slot);
    }

    void needScratch(int floats) {
        scratchFloats = Math.max(scratchFloats, floats);
    }

    int scratchFloats() {
        return scratchFloats;
    }

    List<Slot> slots() {
        return slots;
    }
}
