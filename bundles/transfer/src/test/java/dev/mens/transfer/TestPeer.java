package dev.mens.transfer;

import dev.mens.content.ContentId;
import dev.mens.content.Manifest;
import dev.mens.content.Provenance;
import dev.mens.content.SignedManifest;
import dev.mens.content.StoredFile;
import dev.mens.content.StoredModel;
import dev.mens.content.manifest.BundleHashes;
import dev.mens.content.manifest.CanonicalManifests;
import dev.mens.content.manifest.ManifestCodec;
import dev.mens.content.store.FsContentStore;
import dev.mens.crypto.ChunkTree;
import dev.mens.crypto.hashes.Hashes;
import dev.mens.crypto.identity.Ed25519Verifier;
import dev.mens.crypto.identity.FileIdentity;
import dev.mens.mesh.DonationPolicy;
import dev.mens.mesh.Donations;
import dev.mens.mesh.PeerId;
import dev.mens.model.Quantization;
import dev.mens.oplog.EntryId;
import dev.mens.oplog.Op;
import dev.mens.oplog.OpEntry;
import dev.mens.oplog.OpLog;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.framework.BundleContext;

/// A node with a store and keys of its own.
final class TestPeer {
    final PeerId id;
    final FsContentStore store;
    final MeshSharing sharing;
    final List<Op> log = new CopyOnWriteArrayList<>();
    volatile Donations.State policy = new Donations.Missing();
    private final Path home;
    private final Hashes hashing = new Hashes();
    private final FileIdentity identity;

    /// A peer that has nobody keep copies.
    TestPeer(TestMesh mesh, Path home) throws IOException {
        this(mesh, home, 1);
    }

    TestPeer(TestMesh mesh, Path home, int copies) throws IOException {
        this.home = home;
        this.identity = new FileIdentity(context());
        var key = identity.publicKey();
        this.id = PeerId.of(key, hashing);
        this.store = store();
        var node =
                new MeshSharing.Node(
                        new TestMesh.Membership(mesh, id, key),
                        mesh.links.of(id),
                        new TestMesh.Facts(mesh, id),
                        store,
                        new CanonicalManifests(new Ed25519Verifier(), hashing),
                        hashing,
                        opLog(),
                        donations());
        this.sharing = new MeshSharing(node, home.resolve("mesh/shared"), copies);
        mesh.join(id, key);
        mesh.links.serve(
                id,
                link -> {
                    if (link.protocol().equals(ChunkWire.NAME)) {
                        sharing.serveChunks(link);
                    } else {
                        sharing.serveReplicas(link);
                    }
                });
    }

    /// A bundle that could be a model, if its weights were any.
    StoredModel store(String name, int weightBytes) throws IOException, InterruptedException {
        var folder = Files.createDirectories(home.resolve("source-" + name));
        var weights = new byte[weightBytes];
        new Random(name.hashCode()).nextBytes(weights);
        Files.write(folder.resolve("model.safetensors"), weights);
        Files.writeString(folder.resolve("config.json"), "{}");
        Files.writeString(folder.resolve("tokenizer.json"), name);
        var files = new ArrayList<StoredFile>();
        for (var file : List.of("config.json", "model.safetensors", "tokenizer.json")) {
            var hash = hashing.hash(folder.resolve(file), _ -> {});
            files.add(new StoredFile(file, new ContentId(hash.sha3()), hash.tree()));
        }
        var bundle = BundleHashes.bundle(name, files, Quantization.F32, hashing);
        var source = new ContentId(hashing.sha3(name.getBytes(StandardCharsets.UTF_8)));
        var manifest =
                new Manifest(
                        bundle,
                        files,
                        new Provenance(Instant.EPOCH, name, source, "test", "test", List.of()));
        return store.add(folder, signed(manifest), name);
    }

    private SignedManifest signed(Manifest manifest) throws IOException {
        var signature = identity.sign(ManifestCodec.encode(manifest));
        return new SignedManifest(manifest, identity.publicKey(), signature);
    }

    /// A manifest of the same bundle, well signed, that lies about the size of its weights.
    SignedManifest claiming(StoredModel model, ChunkTree weights) throws IOException {
        var manifest = model.signed().manifest();
        var files =
                manifest.files().stream()
                        .map(
                                file ->
                                        file.path().equals("model.safetensors")
                                                ? new StoredFile(file.path(), file.id(), weights)
                                                : file)
                        .toList();
        return signed(new Manifest(manifest.bundle(), files, manifest.provenance()));
    }

    private BundleContext context() {
        return proxy(
                BundleContext.class,
                (method, arguments) ->
                        method.equals("getProperty") && arguments[0].equals("mens.home")
                                ? home.toString()
                                : null);
    }

    /// As DS would make it, without a quota; the type of its configuration is its own.
    private FsContentStore store() {
        var constructor = FsContentStore.class.getConstructors()[0];
        var config = proxy(constructor.getParameterTypes()[3], (_, _) -> 0L);
        try {
            return (FsContentStore)
                    constructor.newInstance(context(), hashing, new Ed25519Verifier(), config);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the store", e);
        }
    }

    private Donations donations() {
        return proxy(Donations.class, (method, _) -> method.equals("state") ? policy : null);
    }

    private OpLog opLog() {
        return proxy(
                OpLog.class,
                (_, arguments) -> {
                    var op = (Op) arguments[0];
                    log.add(op);
                    return new OpEntry(
                            new EntryId(new byte[32]),
                            identity.publicKey(),
                            0,
                            Instant.EPOCH,
                            List.of(),
                            op,
                            new byte[64]);
                });
    }

    /// A large interface of which a test needs one method.
    private interface Answer {
        Object to(String method, Object[] arguments) throws IOException;
    }

    private static <T> T proxy(Class<T> type, Answer answer) {
        return type.cast(
                Proxy.newProxyInstance(
                        TestPeer.class.getClassLoader(),
                        new Class<?>[] {type},
                        (_, method, arguments) -> answer.to(method.getName(), arguments)));
    }

    static Donations.State denying(PeerId peer) {
        var open = DonationPolicy.NOTHING;
        var policy =
                new DonationPolicy(
                        open.slots(),
                        false,
                        open.maxJob(),
                        false,
                        0,
                        open.allowedScopes(),
                        open.allowedUsers(),
                        java.util.Set.of(peer.hex()),
                        open.allowedNetworks(),
                        false,
                        0,
                        false,
                        false,
                        0,
                        0,
                        0,
                        false);
        return new Donations.Sound(policy, "", "", List.of());
    }
}
