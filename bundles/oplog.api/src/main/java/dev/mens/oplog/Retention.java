package dev.mens.oplog;

import java.util.Optional;

/// How long entries are kept. Each author numbers the entries of each class apart, so that one
/// class can go without leaving holes in the other.
public enum Retention {
    /// Until a {@link Op.Checkpoint} stands for them.
    LASTING(0),
    /// Gradient shards and what is made of them: many, and soon of no use.
    TRAINING(1);

    private final int code;

    Retention(int code) {
        this.code = code;
    }

    /// What stands for it in files and between peers.
    public int code() {
        return code;
    }

    /// The class with that code; none if a later version defines it.
    public static Optional<Retention> of(int code) {
        return switch (code) {
            case 0 -> Optional.of(LASTING);
            case 1 -> Optional.of(TRAINING);
            default -> Optional.empty();
        };
    }
}
