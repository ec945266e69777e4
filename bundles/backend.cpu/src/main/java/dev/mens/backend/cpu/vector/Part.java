package dev.mens.backend.cpu.vector;

/// Consecutive tokens of one sequence within a {@link Frame}.
///
/// @param firstRow of the frame
/// @param start position of that row
/// @param total length of the sequence once all of it is computed, also what follows in later
///     frames
record Part(FastCache cache, int firstRow, int rows, int start, int total) {}
