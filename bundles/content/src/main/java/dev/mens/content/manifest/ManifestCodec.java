package dev.mens.content.manifest;

import dev.mens.content.ContentId;
import dev.mens.content.ContentProblem;
import dev.mens.content.Manifest;
import dev.mens.content.ModelBundle;
import dev.mens.content.Provenance;
import dev.mens.content.SignedManifest;
import dev.mens.content.StoredFile;
import dev.mens.content.WeightFormat;
import dev.mens.crypto.ChunkTree;
import dev.mens.crypto.Hashing;
import dev.mens.crypto.PublicKey;
import dev.mens.crypto.Verifier;
import dev.mens.model.Quantization;
import dev.mens.storage.Cbor;
import dev.mens.storage.CborFields;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Manifests as canonical CBOR, specified in docs/formats.md. What decodes, encodes to the same
/// bytes.
public final class ManifestCodec {
    private static final long VERSION = 1;
    private static final long MAX_FILE_BYTES = 1L << 50;
    private static final long MAX_SECONDS = 1L << 40;

    private ManifestCodec() {}

    /// The bytes that are signed.
    public static byte[] encode(Manifest manifest) {
        var bundle = manifest.bundle();
        return Cbor.encode(
                Map.of(
                        "version", VERSION,
                        "kind", bundle.kindLabel(),
                        "bundle", bundle(bundle),
                        "files", manifest.files().stream().map(ManifestCodec::file).toList(),
                        "provenance", provenance(manifest.provenance())));
    }

    public static byte[] encode(SignedManifest signed) {
        return Cbor.encode(
                Map.of(
                        "manifest", encode(signed.manifest()),
                        "signer", signed.signer().bytes(),
                        "signature", signed.signature()));
    }

    /// @throws dev.mens.diagnostics.ProblemException vox/store/bad-manifest
    public static Manifest decode(byte[] bytes) {
        var root =
                fields(
                        decoded(bytes),
                        "manifest",
                        "version",
                        "kind",
                        "bundle",
                        "files",
                        "provenance");
        if (root.number("version", VERSION) != VERSION || !root.text("kind").equals("model")) {
            throw ContentProblem.BAD_MANIFEST.with("it is of another version or kind");
        }
        var files = root.list("files").stream().map(ManifestCodec::file).toList();
        return new Manifest(
                bundle(root.value("bundle")), files, provenance(root.value("provenance")));
    }

    /// Decodes and checks the signature and every hash that follows from others.
    ///
    /// @throws dev.mens.diagnostics.ProblemException vox/store/bad-manifest
    public static SignedManifest decodeSigned(byte[] bytes, Verifier verifier, Hashing hashing) {
        var root = fields(decoded(bytes), "envelope", "manifest", "signer", "signature");
        var encoded = root.bytes("manifest");
        var signed =
                new SignedManifest(
                        decode(encoded),
                        new PublicKey(root.bytes("signer")),
                        root.bytes("signature"));
        if (!verifier.verify(signed.signer(), encoded, signed.signature())) {
            throw ContentProblem.BAD_MANIFEST.with("its signature is not its signer's");
        }
        if (!BundleHashes.follow(signed.manifest(), hashing)) {
            throw ContentProblem.BAD_MANIFEST.with("its hashes do not follow from each other");
        }
        return signed;
    }

    /// The canonical map from names to hashes, which is hashed where a bundle needs one hash for
    /// several files.
    static byte[] encodeMap(Map<String, ContentId> files) {
        var map = new TreeMap<String, Object>();
        files.forEach((path, id) -> map.put(path, id.bytes()));
        return Cbor.encode(map);
    }

    private static Map<String, Object> bundle(ModelBundle bundle) {
        var format =
                switch (bundle.format()) {
                    case WeightFormat.Single() -> Map.of("single", 1L);
                    case WeightFormat.Sharded(var index) -> Map.of("sharded", index.bytes());
                };
        return Map.of(
                "weights", bundle.weights().bytes(),
                "leaves", bundle.leaves().stream().map(ContentId::bytes).toList(),
                "tokenizer", bundle.tokenizer().bytes(),
                "config", bundle.config().bytes(),
                "hash", bundle.bundle().bytes(),
                "format", format,
                "quantization", bundle.quantization().name());
    }

    private static ModelBundle bundle(Object value) {
        var fields =
                fields(
                        value,
                        "bundle",
                        "weights",
                        "leaves",
                        "tokenizer",
                        "config",
                        "hash",
                        "format",
                        "quantization");
        return new ModelBundle(
                id(fields, "weights"),
                fields.list("leaves", byte[].class).stream().map(ContentId::new).toList(),
                id(fields, "tokenizer"),
                id(fields, "config"),
                id(fields, "hash"),
                format(fields.value("format")),
                quantization(fields.text("quantization")));
    }

    private static WeightFormat format(Object value) {
        if (value instanceof Map<?, ?> map && map.containsKey("single")) {
            fields(value, "format", "single").number("single", 1);
            if (!Long.valueOf(1).equals(map.get("single"))) {
                throw ContentProblem.BAD_MANIFEST.with("format: single is not 1");
            }
            return new WeightFormat.Single();
        }
        return new WeightFormat.Sharded(id(fields(value, "format", "sharded"), "sharded"));
    }

    private static Quantization quantization(String tag) {
        for (var known : Quantization.values()) {
            if (known.name().equals(tag)) {
                return known;
            }
        }
        throw ContentProblem.BAD_MANIFEST.with("its quantization is unknown");
    }

    private static Map<String, Object> file(StoredFile file) {
        return Map.of(
                "path", file.path(),
                "hash", file.id().bytes(),
                "bytes", file.bytes(),
                "chunk", (long) file.chunks().chunkBytes(),
                "chunks", file.chunks().leaves());
    }

    private static StoredFile file(Object value) {
        var fields = fields(value, "file", "path", "hash", "bytes", "chunk", "chunks");
        var tree =
                new ChunkTree(
                        fields.number("bytes", MAX_FILE_BYTES),
                        (int) fields.number("chunk", Integer.MAX_VALUE),
                        fields.bytes("chunks"));
        return new StoredFile(fields.text("path"), id(fields, "hash"), tree);
    }

    private static Map<String, Object> provenance(Provenance provenance) {
        return Map.of(
                "at", provenance.at().getEpochSecond(),
                "source", provenance.source(),
                "source-hash", provenance.sourceHash().bytes(),
                "source-format", provenance.sourceFormat(),
                "converter", provenance.converter(),
                "notes", provenance.notes());
    }

    private static Provenance provenance(Object value) {
        var fields =
                fields(
                        value,
                        "provenance",
                        "at",
                        "source",
                        "source-hash",
                        "source-format",
                        "converter",
                        "notes");
        return new Provenance(
                Instant.ofEpochSecond(fields.number("at", MAX_SECONDS)),
                fields.text("source"),
                id(fields, "source-hash"),
                fields.text("source-format"),
                fields.text("converter"),
                List.copyOf(fields.list("notes", String.class)));
    }

    private static Object decoded(byte[] bytes) {
        return Cbor.decode(bytes, ContentProblem.BAD_MANIFEST);
    }

    private static CborFields fields(Object value, String what, String... names) {
        return CborFields.of(value, what, ContentProblem.BAD_MANIFEST, names);
    }

    private static ContentId id(CborFields fields, String name) {
        return new ContentId(fields.bytes(name));
    }
}
