package dev.mens.oplog.log;

import dev.mens.oplog.EntryId;

/// How far the entries of a {@link Slot} reach.
///
/// @param floor the lowest sequence that is there; older entries have expired
/// @param next the sequence of the entry to come
public record Reach(long floor, long next, EntryId last) {}
