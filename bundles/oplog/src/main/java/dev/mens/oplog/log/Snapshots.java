package dev.mens.oplog.log;

import dev.mens.crypto.PublicKey;
import dev.mens.diagnostics.ProblemException;
import dev.mens.oplog.EntryId;
import dev.mens.oplog.OpLogProblem;
import dev.mens.oplog.Retention;
import dev.mens.storage.Cbor;
import dev.mens.storage.CborFields;
import dev.mens.storage.DurableFiles;
import dev.mens.storage.FramedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What was known of the log at a position, in files of a folder (docs/formats.md). The log can be
/// opened without them; it then takes as long as verifying all of it.
final class Snapshots {
    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);
    private static final FramedFile FILE =
            new FramedFile("olsn", 1, OpLogProblem.DAMAGED, OpLogProblem.OTHER_VERSION);
    private static final int KEPT = 2;

    private final Path folder;

    /// @param position all entries below it are taken into account
    record Snapshot(
            long position,
            Map<Slot, Reach> heads,
            List<EntryId> tips,
            Map<String, Projections.State> states) {}

    Snapshots(Path folder) {
        this.folder = folder;
    }

    void write(Snapshot snapshot) throws IOException {
        DurableFiles.createFolders(folder);
        var file = folder.resolve("%016x".formatted(snapshot.position()));
        DurableFiles.write(file, FILE.frame(encode(snapshot)));
        var all = DurableFiles.entries(folder);
        for (var old : all.subList(0, Math.max(0, all.size() - KEPT))) {
            Files.deleteIfExists(old);
        }
    }

    /// The newest that can be read.
    Optional<Snapshot> newest() throws IOException {
        for (var file : DurableFiles.entries(folder).reversed()) {
            try {
                return Optional.of(decode(FILE.read(file)));
            } catch (ProblemException unusable) {
                LOG.warn("The snapshot {} is left out: {}", file, unusable.getMessage());
            }
        }
        return Optional.empty();
    }

    private static byte[] encode(Snapshot snapshot) {
        return Cbor.encode(
                Map.of(
                        "position", snapshot.position(),
                        "heads",
                                snapshot.heads().entrySet().stream()
                                        .map(entry -> head(entry.getKey(), entry.getValue()))
                                        .toList(),
                        "tips", snapshot.tips().stream().map(EntryId::bytes).toList(),
                        "states", Projections.encode(snapshot.states())));
    }

    private static Map<String, Object> head(Slot slot, Reach reach) {
        return Map.of(
                "author", slot.author().bytes(),
                "class", (long) slot.retention().code(),
                "floor", reach.floor(),
                "next", reach.next(),
                "last", reach.last().bytes());
    }

    private static Snapshot decode(byte[] payload) {
        var root =
                CborFields.of(
                        Cbor.decode(payload, OpLogProblem.DAMAGED),
                        "snapshot",
                        OpLogProblem.DAMAGED,
                        "position",
                        "heads",
                        "tips",
                        "states");
        var heads = new HashMap<Slot, Reach>();
        for (var value : root.list("heads")) {
            var head =
                    CborFields.of(
                            value,
                            "head",
                            OpLogProblem.DAMAGED,
                            "author",
                            "class",
                            "floor",
                            "next",
                            "last");
            var retention =
                    Retention.of((int) head.number("class", 1))
                            .orElseThrow(() -> OpLogProblem.DAMAGED.with("a head has no class"));
            heads.put(
                    new Slot(new PublicKey(head.bytes("author")), retention),
                    new Reach(
                            head.number("floor", Long.MAX_VALUE),
                            head.number("next", Long.MAX_VALUE),
                            new EntryId(head.bytes("last"))));
        }
        return new Snapshot(
                root.number("position", Long.MAX_VALUE),
                heads,
                root.list("tips", byte[].class).stream().map(EntryId::new).toList(),
                Projections.decode(root.value("states")));
    }
}
