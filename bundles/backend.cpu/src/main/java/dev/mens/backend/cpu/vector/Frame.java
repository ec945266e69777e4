package dev.mens.backend.cpu.vector;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/// The rows that are computed together, and the buffers between the steps.
final class Frame implements AutoCloseable {
    final int capacity;
    final int[] tokens;
    final int[] positions;

    /// Rows that leave through the head.
    final int[] headRows;

    int rows;
    int headCount;

    /// Parts ever made; the first {@link #partCount} are in use.
    private final List<Part> parts = new ArrayList<>();

    private int partCount;

    /// Room of each worker for the elements of one block.
    private final float[][] pieces;

    private final Arena arena = Arena.ofShared();
    private final Activations[] buffers;
    private final long scratch;
    private final long scratchBytes;

    Frame(Layout layout, int capacity, int workers) {
        this.capacity = capacity;
        this.tokens = new int[capacity];
        this.positions = new int[capacity];
        this.headRows = new int[Layout.HEAD_ROWS];
        this.buffers = new Activations[layout.slots().size()];
        for (var slot : layout.slots()) {
            int rowsOf = layout.isHead(slot) ? Layout.HEAD_ROWS : capacity;
            buffers[slot.index] =
                    Activations.allocate(
                            arena, layout.matrices(), rowsOf, slot.width, slot.forms());
        }
        this.pieces = new float[workers][Blocks.PIECE];
        this.scratchBytes = 4L * Memory.stride(layout.scratchFloats());
        this.scratch = Memory.allocate(arena, workers * scratchBytes);
    }

    Activations at(Slot slot) {
        return buffers[slot.index];
    }

    long scratch(int worker) {
        return scratch + worker * scratchBytes;
    }

    float[] piece(int worker) {
        return pieces[worker];
    }

    int partCount() {
        return partCount;
    }

    Part part(int index) {
        return parts.get(index);
    }

    void clear() {
        partCount = 0;
        rows = 0;
        headCount = 0;
    }

    /// Adds tokens of a sequence.
    void add(FastCache cache, int[] from, int offset, int count, int start, int total) {
        if (partCount == parts.size()) {
            parts.add(new Part());
        }
        parts.get(partCount++).set(cache, rows, count, start, total);
        for (int i = 0; i < count; i++) {
            tokens[rows + i] = from[offset + i];
            positions[rows + i] = start + i;
        }
        rows += count;
    }

    Part partOf(int row) {
        int p = 0;
        while (row >= parts.get(p).firstRow() + parts.get(p).rows()) {
            p++;
        }
        return parts.get(p);
    }

    @Override
    public void close() {
        arena.close();
    }
}
