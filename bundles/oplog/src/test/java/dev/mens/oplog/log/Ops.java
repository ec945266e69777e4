package dev.mens.oplog.log;

import dev.mens.content.ContentId;
import dev.mens.crypto.PublicKey;
import dev.mens.oplog.EntryId;
import dev.mens.oplog.Heads;
import dev.mens.oplog.Op;
import dev.mens.oplog.Retention;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/// Operations for tests.
public final class Ops {
    public static final UUID SESSION = new UUID(1, 2);

    private Ops() {}

    public static Op kudos(int number) {
        return new Op.Kudos(key(1), Op.Kudos.Primitive.BUG_FIX, 1, "work " + number);
    }

    public static List<Op> kudos(int from, int to) {
        return IntStream.range(from, to).mapToObj(Ops::kudos).toList();
    }

    public static Op shard(long step) {
        return new Op.GradientShard(SESSION, step, 3, content(4));
    }

    /// About 4 KiB.
    public static Op large() {
        var policy = "x".repeat(Op.MAX_TEXT);
        return new Op.Admission(key(1), "", Op.Admission.Decision.ADMITTED, "", policy);
    }

    /// About 34 KiB.
    public static Op largeOfTraining() {
        var shards = Collections.nCopies(1000, entry(1));
        return new Op.ReducedGradient(SESSION, 1, shards, content(1), 0);
    }

    /// One of each kind.
    public static List<Op> all() {
        var head = new Heads.Head(key(7), Retention.LASTING, 9, entry(7));
        return List.of(
                new Op.BundleImported(content(1), "tiny", "gguf", 17),
                new Op.BundleAvailable(content(2), true),
                new Op.BundleAvailable(content(2), false),
                new Op.Admission(
                        key(1), "text_infer", Op.Admission.Decision.REFUSED, "no", "a = 1"),
                new Op.TrainingStarted(SESSION, "ring", content(3), List.of(key(1), key(2))),
                shard(5),
                new Op.ReducedGradient(SESSION, 5, List.of(entry(1)), content(5), -0.25),
                new Op.TrainingCheckpoint(SESSION, 6, content(6), content(7)),
                new Op.PeerJoined(key(3), "Ümläut", "0.1.0"),
                new Op.PeerLeft(key(3), "left"),
                kudos(1),
                new Op.Blame(key(4), Op.Blame.Fault.CORRUPT_CHUNK, "chunk 7"),
                new Op.Capability(
                        Op.Capability.Change.MINTED,
                        Op.Capability.Right.EXEC_LEASE,
                        key(5),
                        new byte[32]),
                new Op.Checkpoint(new Heads(List.of(head)), new byte[32]));
    }

    public static PublicKey key(int seed) {
        return new PublicKey(filled(seed, PublicKey.BYTES));
    }

    public static ContentId content(int seed) {
        return new ContentId(filled(seed, ContentId.BYTES));
    }

    public static EntryId entry(int seed) {
        return new EntryId(filled(seed, EntryId.BYTES));
    }

    private static byte[] filled(int seed, int count) {
        var bytes = new byte[count];
        Arrays.fill(bytes, (byte) seed);
        return bytes;
    }
}
