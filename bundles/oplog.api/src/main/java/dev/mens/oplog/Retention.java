package dev.mens.oplog;

/// How long entries are kept. Each author numbers the entries of each class apart, so that one
/// class can go without leaving holes in the other.
public enum Retention {
    /// Until a {@link Op.Checkpoint} stands for them.
    LASTING,
    /// Gradient shards and what is made of them: many, and soon of no use.
    TRAINING
}
