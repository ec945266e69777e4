package dev.mens.oplog.entry;

import dev.mens.crypto.Hashing;
import dev.mens.crypto.PublicKey;
import dev.mens.diagnostics.ProblemException;
import dev.mens.oplog.EntryId;
import dev.mens.oplog.Op;
import dev.mens.oplog.OpEntry;
import dev.mens.oplog.OpLogProblem;
import dev.mens.storage.Cbor;
import dev.mens.storage.CborFields;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// Entries as canonical CBOR, specified in docs/formats.md. What decodes, encodes to the same
/// bytes.
public final class EntryCodec {
    private static final long VERSION = 1;
    private static final long MAX_MILLIS = 1L << 50;

    private EntryCodec() {}

    /// The bytes that are signed.
    ///
    /// @throws ProblemException vox/oplog/bad-op if they are too many
    public static byte[] encode(
            PublicKey author, long sequence, Instant at, List<EntryId> parents, Op op) {
        var body =
                Cbor.encode(
                        Map.of(
                                "v", VERSION,
                                "author", author.bytes(),
                                "seq", sequence,
                                "at", at.toEpochMilli(),
                                "parents", parents.stream().map(EntryId::bytes).toList(),
                                "kind", op.kind(),
                                "op", OpFields.write(op)));
        if (body.length > OpEntry.MAX_BYTES) {
            throw OpLogProblem.BAD_OP.with(
                    op.kind() + " takes " + body.length + " of " + OpEntry.MAX_BYTES + " bytes");
        }
        return body;
    }

    /// The fields of an operation, as they stand in an entry.
    public static Map<String, Object> encode(Op op) {
        return OpFields.write(op);
    }

    /// @param fields what {@link #encode(Op)} returned, decoded
    /// @throws ProblemException vox/oplog/malformed or vox/oplog/bad-op
    public static Op decode(String kind, Object fields) {
        return OpFields.read(kind, fields);
    }

    /// Does not look at the signature.
    ///
    /// @throws ProblemException vox/oplog/malformed or vox/oplog/future-version
    public static OpEntry decode(RawEntry raw, Hashing hashing) {
        if (raw.body().length > OpEntry.MAX_BYTES
                || raw.signature().length != OpEntry.SIGNATURE_BYTES) {
            throw OpLogProblem.MALFORMED.with("it has " + raw.body().length + " bytes");
        }
        var root = Cbor.decode(raw.body(), OpLogProblem.MALFORMED);
        if (root instanceof Map<?, ?> map && map.get("v") instanceof Long version) {
            requireKnown(version);
        }
        var fields =
                CborFields.of(
                        root,
                        "entry",
                        OpLogProblem.MALFORMED,
                        "v",
                        "author",
                        "seq",
                        "at",
                        "parents",
                        "kind",
                        "op");
        fields.number("v", VERSION);
        try {
            return entry(raw, fields, hashing);
        } catch (ProblemException inside) {
            // What a record refuses is this entry's fault, whatever the record says.
            throw OpLogProblem.MALFORMED.because(inside, inside.facts());
        }
    }

    private static OpEntry entry(RawEntry raw, CborFields fields, Hashing hashing) {
        return new OpEntry(
                raw.id(hashing),
                new PublicKey(fields.bytes("author")),
                fields.number("seq", Long.MAX_VALUE - 1),
                Instant.ofEpochMilli(fields.number("at", MAX_MILLIS)),
                fields.list("parents", byte[].class).stream().map(EntryId::new).toList(),
                OpFields.read(fields.text("kind"), fields.value("op")),
                raw.signature());
    }

    private static void requireKnown(long version) {
        if (version > VERSION) {
            throw OpLogProblem.FUTURE_VERSION.with(version, VERSION);
        }
        if (version < VERSION) {
            throw OpLogProblem.MALFORMED.with("its version is " + version);
        }
    }
}
