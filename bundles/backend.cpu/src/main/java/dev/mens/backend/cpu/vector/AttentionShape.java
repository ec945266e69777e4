package dev.mens.backend.cpu.vector;

/// What the queries of one layer share.
///
/// @param size of a head
/// @param group heads of queries that share a head of keys and values
/// @param window positions that a query sees at most, or 0 for all
/// @param causal whether later positions are hidden
/// @param softCap of scores, or 0
/// @param type how keys and values are kept
public record AttentionShape(
        int size,
        int group,
        int window,
        boolean causal,
        float scale,
        float softCap,
        CacheType type) {}
