package dev.mens.backend.cpu.compiled;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.mens.backend.cpu.vector.Attend;
import dev.mens.backend.cpu.vector.AttentionShape;
import java.lang.foreign.Arena;

/// Attention in C.
final class CompiledAttend implements Attend {
    private final CpuLibrary library;

    /// Address of the C struct `attention`.
    private final long attention;

    /// @param arena for what C reads of the shape
    CompiledAttend(CpuLibrary library, AttentionShape shape, Arena arena) {
        this.library = library;
        var struct = arena.allocate(28, 4);
        struct.setAtIndex(JAVA_INT, 0, shape.size());
        struct.setAtIndex(JAVA_INT, 1, shape.group());
        struct.setAtIndex(JAVA_INT, 2, shape.window());
        struct.setAtIndex(JAVA_INT, 3, shape.causal() ? 1 : 0);
        struct.setAtIndex(JAVA_INT, 4, shape.type().bytes());
        struct.setAtIndex(JAVA_FLOAT, 5, shape.scale());
        struct.setAtIndex(JAVA_FLOAT, 6, shape.softCap());
        this.attention = struct.address();
    }

    @Override
    public void attend(
            long pages,
            long keys,
            long values,
            int start,
            int rows,
            int first,
            int queries,
            long q,
            long out,
            int step,
            long scratch) {
        library.attend(
                attention, pages, keys, values, start, rows, first, queries, q, out, step, scratch);
    }
}
