package dev.mens.cluster.facts;

import dev.mens.content.ContentId;
import dev.mens.mesh.Inventory.BackendOffer;
import dev.mens.mesh.Inventory.Holding;
import dev.mens.mesh.Inventory.Load;
import dev.mens.mesh.MeshProblem;
import dev.mens.storage.Cbor;
import dev.mens.storage.CborFields;
import java.util.List;
import java.util.Map;

/// Facts of a peer as canonical CBOR.
final class FactsCodec {
    private static final MeshProblem BAD = MeshProblem.BAD_FACTS;

    private FactsCodec() {}

    static byte[] holdings(List<Holding> holdings) {
        return Cbor.encode(
                holdings.stream()
                        .map(
                                holding ->
                                        Map.of(
                                                "bundle", holding.bundle().bytes(),
                                                "name", holding.name(),
                                                "bytes", holding.bytes(),
                                                "held", holding.heldBytes()))
                        .toList());
    }

    static List<Holding> holdings(byte[] body) {
        return list(body).stream()
                .map(
                        item ->
                                CborFields.of(
                                        item, "a holding", BAD, "bundle", "name", "bytes", "held"))
                .map(
                        fields ->
                                new Holding(
                                        new ContentId(fields.bytes("bundle")),
                                        fields.text("name"),
                                        fields.number("bytes", Long.MAX_VALUE),
                                        fields.number("held", Long.MAX_VALUE)))
                .toList();
    }

    static byte[] backends(List<BackendOffer> backends) {
        return Cbor.encode(
                backends.stream()
                        .map(
                                backend ->
                                        Map.of(
                                                "backend", backend.backend(),
                                                "detail", backend.detail(),
                                                "cuda", (long) backend.cudaTier(),
                                                "metal", (long) backend.metalTier(),
                                                "memory", backend.memoryBytes(),
                                                "context", (long) backend.maxContextTokens(),
                                                "quantizations", backend.quantizations()))
                        .toList());
    }

    static List<BackendOffer> backends(byte[] body) {
        return list(body).stream()
                .map(
                        item ->
                                CborFields.of(
                                        item,
                                        "a backend",
                                        BAD,
                                        "backend",
                                        "detail",
                                        "cuda",
                                        "metal",
                                        "memory",
                                        "context",
                                        "quantizations"))
                .map(
                        fields ->
                                new BackendOffer(
                                        fields.text("backend"),
                                        fields.text("detail"),
                                        (int) fields.number("cuda", 100),
                                        (int) fields.number("metal", 100),
                                        fields.number("memory", Long.MAX_VALUE),
                                        (int) fields.number("context", Integer.MAX_VALUE),
                                        fields.list("quantizations", String.class)))
                .toList();
    }

    static byte[] load(Load load) {
        return Cbor.encode(
                Map.of(
                        "streams", (long) load.activeStreams(),
                        "queued", (long) load.queuedPrompts()));
    }

    static Load load(byte[] body) {
        var fields = CborFields.of(Cbor.decode(body, BAD), "a load", BAD, "streams", "queued");
        return new Load(
                (int) fields.number("streams", Integer.MAX_VALUE),
                (int) fields.number("queued", Integer.MAX_VALUE));
    }

    private static List<?> list(byte[] body) {
        if (Cbor.decode(body, BAD) instanceof List<?> list) {
            return list;
        }
        throw BAD.with("they are no list");
    }
}
