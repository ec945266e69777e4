package dev.mens.backend.cuda.gpu;

import java.util.List;

/// Tiles of an array of bf16 as a device's copy engine brings them into shared memory: rows of 128
/// bytes, of which 16 bytes at `i` of row `r` come to `i ^ r % 8`. What lies outside is zero.
///
/// @param extents of the array, the dimension whose elements are neighbours first
/// @param steps bytes from one element to the next of the other dimensions, multiples of 16
/// @param tile extents of a tile
public record Tiles(long address, List<Integer> extents, List<Long> steps, List<Integer> tile) {
    public Tiles {
        extents = List.copyOf(extents);
        steps = List.copyOf(steps);
        tile = List.copyOf(tile);
        if (steps.size() != extents.size() - 1 || tile.size() != extents.size()) {
            throw new IllegalArgumentException(extents + ", " + steps + ", " + tile);
        }
    }

    /// Tiles of a matrix.
    ///
    /// @param step bytes from one row to the next
    public static Tiles ofMatrix(
            long address, int columns, int rows, long step, List<Integer> tile) {
        return new Tiles(address, List.of(columns, rows), List.of(step), tile);
    }
}
