package dev.mens.oplog.segment;

import dev.mens.oplog.entry.RawEntry;

/// An entry as it lies in a segment.
public record Stored(long position, RawEntry raw) {}
