package dev.mens.oplog.log;

import dev.mens.crypto.PublicKey;
import dev.mens.oplog.OpEntry;
import dev.mens.oplog.Retention;

/// One author's entries of one class.
public record Slot(PublicKey author, Retention retention) {
    static Slot of(OpEntry entry) {
        return new Slot(entry.author(), entry.retention());
    }
}
