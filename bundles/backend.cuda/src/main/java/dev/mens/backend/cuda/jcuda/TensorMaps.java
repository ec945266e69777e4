package dev.mens.backend.cuda.jcuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.mens.backend.cuda.gpu.Tiles;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.List;

/// Makes maps for the copy engine.
final class TensorMaps {
    private static final int MAP_BYTES = 128;

    // CU_TENSOR_MAP_…: DATA_TYPE_BFLOAT16, INTERLEAVE_NONE, SWIZZLE_128B, L2_PROMOTION_L2_256B,
    // FLOAT_OOB_FILL_NONE, which are zeros.
    private static final int BFLOAT16 = 9;
    private static final int NOT_INTERLEAVED = 0;
    private static final int SWIZZLED = 3;
    private static final int PROMOTED = 3;
    private static final int ZEROS_OUTSIDE = 0;

    private final DriverLibrary library;
    private final Arena arena;

    TensorMaps(DriverLibrary library, Arena arena) {
        this.library = library;
        this.arena = arena;
    }

    MemorySegment map(Tiles tiles) {
        var map = arena.allocate(MAP_BYTES, MAP_BYTES);
        int rank = tiles.extents().size();
        try (var scratch = Arena.ofConfined()) {
            library.check(
                    library.encodeTiles,
                    map,
                    BFLOAT16,
                    rank,
                    tiles.address(),
                    scratch.allocateFrom(JAVA_LONG, longs(tiles.extents())),
                    scratch.allocateFrom(JAVA_LONG, longs(tiles.steps())),
                    scratch.allocateFrom(JAVA_INT, integers(tiles.tile())),
                    scratch.allocateFrom(JAVA_INT, integers(Collections.nCopies(rank, 1))),
                    NOT_INTERLEAVED,
                    SWIZZLED,
                    PROMOTED,
                    ZEROS_OUTSIDE);
        }
        return map;
    }

    private static long[] longs(List<? extends Number> values) {
        return values.stream().mapToLong(Number::longValue).toArray();
    }

    private static int[] integers(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).toArray();
    }
}
