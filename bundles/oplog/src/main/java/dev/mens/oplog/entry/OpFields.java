package dev.mens.oplog.entry;

import dev.mens.content.ContentId;
import dev.mens.crypto.PublicKey;
import dev.mens.oplog.EntryId;
import dev.mens.oplog.Heads;
import dev.mens.oplog.Op;
import dev.mens.oplog.OpLogProblem;
import dev.mens.oplog.Retention;
import dev.mens.storage.CborFields;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/// The fields of each kind of {@link Op}, specified in docs/formats.md.
final class OpFields {
    private static final int UUID_BYTES = 16;

    private OpFields() {}

    static Map<String, Object> write(Op op) {
        return switch (op) {
            case Op.BundleImported(var bundle, var name, var format, var bytes) ->
                    Map.of(
                            "bundle", bundle.bytes(),
                            "name", name,
                            "format", format,
                            "bytes", bytes);
            case Op.BundleAvailable(var bundle, var available) ->
                    Map.of("bundle", bundle.bytes(), "available", available ? 1L : 0L);
            case Op.Admission(var requester, var work, var decision, var reason, var policy) ->
                    Map.of(
                            "requester", requester.bytes(),
                            "work", work,
                            "decision", word(decision),
                            "reason", reason,
                            "policy", policy);
            case Op.TrainingStarted(var session, var strategy, var model, var ranks) ->
                    Map.of(
                            "session", bytes(session),
                            "strategy", strategy,
                            "model", model.bytes(),
                            "ranks", ranks.stream().map(PublicKey::bytes).toList());
            case Op.GradientShard(var session, var step, var rank, var blob) ->
                    Map.of(
                            "session",
                            bytes(session),
                            "step",
                            step,
                            "rank",
                            (long) rank,
                            "blob",
                            blob.bytes());
            case Op.ReducedGradient(var session, var step, var shards, var blob, var loss) ->
                    Map.of(
                            "session", bytes(session),
                            "step", step,
                            "shards", shards.stream().map(EntryId::bytes).toList(),
                            "blob", blob.bytes(),
                            "loss", bytes(loss));
            case Op.TrainingCheckpoint(var session, var step, var bundle, var optimizer) ->
                    Map.of(
                            "session", bytes(session),
                            "step", step,
                            "bundle", bundle.bytes(),
                            "optimizer", optimizer.bytes());
            case Op.PeerJoined(var peer, var name, var version) ->
                    Map.of("peer", peer.bytes(), "name", name, "version", version);
            case Op.PeerLeft(var peer, var reason) ->
                    Map.of("peer", peer.bytes(), "reason", reason);
            case Op.Kudos(var to, var primitive, var amount, var attestation) ->
                    Map.of(
                            "to",
                            to.bytes(),
                            "primitive",
                            word(primitive),
                            "amount",
                            amount,
                            "attestation",
                            attestation);
            case Op.Blame(var peer, var fault, var detail) ->
                    Map.of("peer", peer.bytes(), "fault", word(fault), "detail", detail);
            case Op.Capability(var change, var right, var holder, var token) ->
                    Map.of(
                            "change", word(change),
                            "right", word(right),
                            "holder", holder.bytes(),
                            "token", token);
            case Op.Checkpoint(var heads, var snapshot) ->
                    Map.of("heads", heads(heads), "snapshot", snapshot);
        };
    }

    /// @throws dev.mens.diagnostics.ProblemException vox/oplog/malformed or vox/oplog/bad-op
    static Op read(String kind, Object value) {
        return switch (kind) {
            case "bundle-imported" -> {
                var f = fields(value, "bundle", "name", "format", "bytes");
                yield new Op.BundleImported(
                        content(f, "bundle"), f.text("name"), f.text("format"), count(f, "bytes"));
            }
            case "bundle-available" -> {
                var f = fields(value, "bundle", "available");
                yield new Op.BundleAvailable(content(f, "bundle"), f.number("available", 1) == 1);
            }
            case "admission" -> {
                var f = fields(value, "requester", "work", "decision", "reason", "policy");
                yield new Op.Admission(
                        key(f, "requester"),
                        f.text("work"),
                        constant(Op.Admission.Decision.values(), f, "decision"),
                        f.text("reason"),
                        f.text("policy"));
            }
            case "training-started" -> {
                var f = fields(value, "session", "strategy", "model", "ranks");
                yield new Op.TrainingStarted(
                        session(f),
                        f.text("strategy"),
                        content(f, "model"),
                        f.list("ranks", byte[].class).stream().map(PublicKey::new).toList());
            }
            case "gradient-shard" -> {
                var f = fields(value, "session", "step", "rank", "blob");
                yield new Op.GradientShard(
                        session(f),
                        count(f, "step"),
                        (int) f.number("rank", Integer.MAX_VALUE),
                        content(f, "blob"));
            }
            case "reduced-gradient" -> {
                var f = fields(value, "session", "step", "shards", "blob", "loss");
                yield new Op.ReducedGradient(
                        session(f),
                        count(f, "step"),
                        f.list("shards", byte[].class).stream().map(EntryId::new).toList(),
                        content(f, "blob"),
                        real(f, "loss"));
            }
            case "training-checkpoint" -> {
                var f = fields(value, "session", "step", "bundle", "optimizer");
                yield new Op.TrainingCheckpoint(
                        session(f),
                        count(f, "step"),
                        content(f, "bundle"),
                        content(f, "optimizer"));
            }
            case "peer-joined" -> {
                var f = fields(value, "peer", "name", "version");
                yield new Op.PeerJoined(key(f, "peer"), f.text("name"), f.text("version"));
            }
            case "peer-left" -> {
                var f = fields(value, "peer", "reason");
                yield new Op.PeerLeft(key(f, "peer"), f.text("reason"));
            }
            case "kudos" -> {
                var f = fields(value, "to", "primitive", "amount", "attestation");
                yield new Op.Kudos(
                        key(f, "to"),
                        constant(Op.Kudos.Primitive.values(), f, "primitive"),
                        count(f, "amount"),
                        f.text("attestation"));
            }
            case "blame" -> {
                var f = fields(value, "peer", "fault", "detail");
                yield new Op.Blame(
                        key(f, "peer"),
                        constant(Op.Blame.Fault.values(), f, "fault"),
                        f.text("detail"));
            }
            case "capability" -> {
                var f = fields(value, "change", "right", "holder", "token");
                yield new Op.Capability(
                        constant(Op.Capability.Change.values(), f, "change"),
                        constant(Op.Capability.Right.values(), f, "right"),
                        key(f, "holder"),
                        f.bytes("token"));
            }
            case "checkpoint" -> {
                var f = fields(value, "heads", "snapshot");
                yield new Op.Checkpoint(heads(f.list("heads")), f.bytes("snapshot"));
            }
            default -> throw OpLogProblem.MALFORMED.with("its kind is unknown");
        };
    }

    private static List<Map<String, Object>> heads(Heads heads) {
        return heads.all().stream()
                .map(
                        head ->
                                Map.<String, Object>of(
                                        "author", head.author().bytes(),
                                        "class", word(head.retention()),
                                        "next", head.next(),
                                        "last", head.last().bytes()))
                .toList();
    }

    private static Heads heads(List<?> values) {
        var all =
                values.stream()
                        .map(
                                value -> {
                                    var f = fields(value, "author", "class", "next", "last");
                                    return new Heads.Head(
                                            key(f, "author"),
                                            constant(Retention.values(), f, "class"),
                                            count(f, "next"),
                                            new EntryId(f.bytes("last")));
                                })
                        .toList();
        var heads = new Heads(all);
        if (!heads.all().equals(all)) {
            throw OpLogProblem.MALFORMED.with("its heads are not in order");
        }
        return heads;
    }

    private static CborFields fields(Object value, String... names) {
        return CborFields.of(value, "op", OpLogProblem.MALFORMED, names);
    }

    private static long count(CborFields fields, String name) {
        return fields.number(name, Long.MAX_VALUE);
    }

    private static ContentId content(CborFields fields, String name) {
        return new ContentId(fields.bytes(name));
    }

    private static PublicKey key(CborFields fields, String name) {
        return new PublicKey(fields.bytes(name));
    }

    private static UUID session(CborFields fields) {
        var bytes = fields.bytes("session");
        if (bytes.length != UUID_BYTES) {
            throw OpLogProblem.MALFORMED.with("its session has " + bytes.length + " bytes");
        }
        var buffer = ByteBuffer.wrap(bytes);
        return new UUID(buffer.getLong(), buffer.getLong());
    }

    private static byte[] bytes(UUID session) {
        return ByteBuffer.allocate(UUID_BYTES)
                .putLong(session.getMostSignificantBits())
                .putLong(session.getLeastSignificantBits())
                .array();
    }

    /// IEEE 754, big-endian; the canonical CBOR here has no floating point.
    private static byte[] bytes(double real) {
        return ByteBuffer.allocate(Double.BYTES).putDouble(real).array();
    }

    private static double real(CborFields fields, String name) {
        var bytes = fields.bytes(name);
        if (bytes.length != Double.BYTES) {
            throw OpLogProblem.MALFORMED.with(name + " has " + bytes.length + " bytes");
        }
        return ByteBuffer.wrap(bytes).getDouble();
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static <E extends Enum<E>> E constant(E[] known, CborFields fields, String name) {
        var word = fields.text(name);
        for (var constant : known) {
            if (word(constant).equals(word)) {
                return constant;
            }
        }
        throw OpLogProblem.MALFORMED.with(name + " is unknown");
    }
}
