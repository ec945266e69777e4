package dev.mens.oplog.ledger;

import dev.mens.crypto.PublicKey;
import dev.mens.oplog.OpLogProblem;
import dev.mens.storage.Cbor;
import dev.mens.storage.CborFields;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// The states of projections as canonical CBOR.
final class States {
    private States() {}

    /// The entries of a map of maps; none if there are no bytes.
    static Map<?, ?> map(byte[] snapshot) {
        return snapshot.length == 0 ? Map.of() : map(Cbor.decode(snapshot, OpLogProblem.DAMAGED));
    }

    static Map<?, ?> map(Object value) {
        return as(Map.class, value);
    }

    static List<?> list(byte[] snapshot) {
        return snapshot.length == 0 ? List.of() : list(Cbor.decode(snapshot, OpLogProblem.DAMAGED));
    }

    static List<?> list(Object value) {
        return as(List.class, value);
    }

    static CborFields fields(Object value, String... names) {
        return CborFields.of(value, "state", OpLogProblem.DAMAGED, names);
    }

    static PublicKey key(Object hex) {
        return new PublicKey(HexFormat.of().parseHex(as(String.class, hex)));
    }

    static <T> T as(Class<T> type, Object value) {
        if (!type.isInstance(value)) {
            throw OpLogProblem.DAMAGED.with("a snapshot has a value of the wrong type");
        }
        return type.cast(value);
    }
}
