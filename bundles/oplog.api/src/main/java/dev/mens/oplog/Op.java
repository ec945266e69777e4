package dev.mens.oplog;

import dev.mens.content.ContentId;
import dev.mens.crypto.PublicKey;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/// What happened. The author of the entry vouches for it; "this node" below is the author's.
///
/// Texts have at most {@value #MAX_TEXT} characters, and lists have their limits, so that every
/// entry fits into {@value OpEntry#MAX_BYTES} bytes.
public sealed interface Op {
    int MAX_TEXT = 4096;

    /// This node made a bundle from a source of its user's.
    ///
    /// @param sourceFormat `huggingface`, `gguf` and so on
    record BundleImported(ContentId bundle, String name, String sourceFormat, long bytes)
            implements Op {
        public BundleImported {
            requireText("name", name);
            requireText("sourceFormat", sourceFormat);
            requireCount("bytes", bytes);
        }
    }

    /// This node has a bundle now, or has it no more.
    record BundleAvailable(ContentId bundle, boolean available) implements Op {}

    /// This node was asked to work for another and decided.
    ///
    /// @param work what was asked, such as `text_infer`
    /// @param policy the donation policy as it was then
    record Admission(
            PublicKey requester, String work, Decision decision, String reason, String policy)
            implements Op {
        public enum Decision {
            ADMITTED,
            REFUSED
        }

        public Admission {
            requireText("work", work);
            requireText("reason", reason);
            requireText("policy", policy);
        }
    }

    /// @param ranks who takes part, in the order of their ranks
    record TrainingStarted(UUID session, String strategy, ContentId model, List<PublicKey> ranks)
            implements Op {
        private static final int MAX_RANKS = 1024;

        public TrainingStarted {
            requireText("strategy", strategy);
            ranks = List.copyOf(ranks);
            requireAtMost(MAX_RANKS, "ranks", ranks.size());
        }
    }

    /// @param blob SHA3-512 of the shard's tensors
    record GradientShard(UUID session, long step, int rank, ContentId blob) implements Op {
        public GradientShard {
            requireCount("step", step);
            requireCount("rank", rank);
        }
    }

    /// @param shards the entries that were summed
    /// @param loss of this step, over all shards
    record ReducedGradient(
            UUID session, long step, List<EntryId> shards, ContentId blob, double loss)
            implements Op {
        private static final int MAX_SHARDS = 1024;

        public ReducedGradient {
            requireCount("step", step);
            shards = List.copyOf(shards);
            requireAtMost(MAX_SHARDS, "shards", shards.size());
        }
    }

    /// @param bundle the weights as a bundle
    /// @param optimizerState SHA3-512 of the optimizer's state
    record TrainingCheckpoint(UUID session, long step, ContentId bundle, ContentId optimizerState)
            implements Op {
        public TrainingCheckpoint {
            requireCount("step", step);
        }
    }

    /// This node saw another become a member.
    ///
    /// @param version of the software there
    record PeerJoined(PublicKey peer, String name, String version) implements Op {
        public PeerJoined {
            requireText("name", name);
            requireText("version", version);
        }
    }

    record PeerLeft(PublicKey peer, String reason) implements Op {
        public PeerLeft {
            requireText("reason", reason);
        }
    }

    /// Thanks for work. Counts once for each author and attestation.
    ///
    /// @param attestation names the work, for instance the hash of its attestation
    record Kudos(PublicKey to, Primitive primitive, long amount, String attestation) implements Op {
        public enum Primitive {
            GPU_COMPUTE_MS,
            CPU_COMPUTE_MS,
            RESULT_ATTESTATION,
            CODE_CONTRIBUTION,
            BUG_FIX,
            DOCS_CONTRIBUTION
        }

        public Kudos {
            requireCount("amount", amount);
            requireText("attestation", attestation);
        }
    }

    /// What a peer did failed its check.
    ///
    /// @param detail for instance which chunk of which file
    record Blame(PublicKey peer, Fault fault, String detail) implements Op {
        public enum Fault {
            CORRUPT_CHUNK,
            WRONG_RESULT,
            BROKEN_PROMISE
        }

        public Blame {
            requireText("detail", detail);
        }
    }

    /// @param token BLAKE3 of the token, 32 bytes
    record Capability(Change change, Right right, PublicKey holder, byte[] token) implements Op {
        public enum Change {
            MINTED,
            REVOKED
        }

        public enum Right {
            WORKING_TREE_WRITE,
            BRANCH_CREATE,
            EXEC_LEASE,
            MESH_DISPATCH,
            KUDOS_CREDIT,
            DEVELOPER_OVERRIDE
        }

        public Capability {
            requireHash("token", token);
            token = token.clone();
        }

        @Override
        public byte[] token() {
            return token.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Capability(var c, var r, var h, byte[] t)
                    && change == c
                    && right == r
                    && holder.equals(h)
                    && Arrays.equals(token, t);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(token);
        }
    }

    /// Everything below `heads` is summed up by a snapshot, and may go.
    ///
    /// @param snapshot BLAKE3 of the projections' state, 32 bytes
    record Checkpoint(Heads heads, byte[] snapshot) implements Op {
        private static final int MAX_HEADS = 500;

        public Checkpoint {
            requireAtMost(MAX_HEADS, "heads", heads.all().size());
            requireHash("snapshot", snapshot);
            snapshot = snapshot.clone();
        }

        @Override
        public byte[] snapshot() {
            return snapshot.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Checkpoint(var h, byte[] s)
                    && heads.equals(h)
                    && Arrays.equals(snapshot, s);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(snapshot);
        }
    }

    default Retention retention() {
        return switch (this) {
            case GradientShard _, ReducedGradient _ -> Retention.TRAINING;
            case BundleImported _,
                    BundleAvailable _,
                    Admission _,
                    TrainingStarted _,
                    TrainingCheckpoint _,
                    PeerJoined _,
                    PeerLeft _,
                    Kudos _,
                    Blame _,
                    Capability _,
                    Checkpoint _ ->
                    Retention.LASTING;
        };
    }

    /// The kind as entries spell it.
    default String kind() {
        return switch (this) {
            case BundleImported _ -> "bundle-imported";
            case BundleAvailable _ -> "bundle-available";
            case Admission _ -> "admission";
            case TrainingStarted _ -> "training-started";
            case GradientShard _ -> "gradient-shard";
            case ReducedGradient _ -> "reduced-gradient";
            case TrainingCheckpoint _ -> "training-checkpoint";
            case PeerJoined _ -> "peer-joined";
            case PeerLeft _ -> "peer-left";
            case Kudos _ -> "kudos";
            case Blame _ -> "blame";
            case Capability _ -> "capability";
            case Checkpoint _ -> "checkpoint";
        };
    }

    private static void requireText(String name, String text) {
        if (text.length() > MAX_TEXT) {
            throw OpLogProblem.BAD_OP.with(name + " has " + text.length() + " characters");
        }
    }

    private static void requireCount(String name, long count) {
        if (count < 0) {
            throw OpLogProblem.BAD_OP.with(name + " is " + count);
        }
    }

    private static void requireAtMost(int limit, String name, int count) {
        if (count > limit) {
            throw OpLogProblem.BAD_OP.with(count + " " + name);
        }
    }

    private static void requireHash(String name, byte[] hash) {
        if (hash.length != EntryId.BYTES) {
            throw OpLogProblem.BAD_OP.with(name + " has " + hash.length + " bytes");
        }
    }
}
