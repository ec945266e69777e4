package dev.mens.oplog.segment;

import dev.mens.crypto.PublicKey;

/// What an index knows of one record.
///
/// @param position in this node's copy, unique over all segments and rising within one
/// @param idPrefix the first 8 bytes of the entry's id
public record Placement(long position, long idPrefix, PublicKey author, long sequence) {}
