package dev.mens.oplog.entry;

import dev.mens.crypto.Hashing;
import dev.mens.oplog.EntryId;
import dev.mens.oplog.OpLogProblem;
import dev.mens.storage.Cbor;
import dev.mens.storage.CborFields;
import java.util.Map;

/// An entry as it is signed, kept and sent. Its arrays are shared, never changed.
///
/// @param body the canonical CBOR
/// @param signature 64 bytes over the body
@SuppressWarnings("ArrayRecordComponent")
public record RawEntry(byte[] body, byte[] signature) {

    /// Both as one canonical CBOR value, for files and streams.
    public byte[] encode() {
        return Cbor.encode(Map.of("entry", body, "signature", signature));
    }

    /// @param value decoded CBOR
    /// @throws dev.mens.diagnostics.ProblemException vox/oplog/malformed
    public static RawEntry of(Object value) {
        var fields = CborFields.of(value, "envelope", OpLogProblem.MALFORMED, "entry", "signature");
        return new RawEntry(fields.bytes("entry"), fields.bytes("signature"));
    }

    public EntryId id(Hashing hashing) {
        return new EntryId(hashing.blake3(body));
    }
}
