package dev.mens.itests.mesh.dropped;

import dev.mens.crypto.PublicKey;
import dev.mens.crypto.Signer;
import dev.mens.mesh.Mesh;
import dev.mens.mesh.Peer;
import dev.mens.mesh.PeerLinks;
import dev.mens.storage.Cbor;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A member of the mesh that has turned: sends its peers what they must refuse, over links that
/// they must answer.
public final class Forger {
    private static final int DIGEST = 1;
    private static final int REACHES = 2;
    private static final int ENTRIES = 3;
    private static final int DONE = 4;
    private static final int KEPT = 5;
    private static final int MEETINGS = 200;
    private static final int NOISE_BYTES = 1 << 20;

    private final Mesh mesh;
    private final PeerLinks links;
    private final Signer signer;
    private final Random random = new Random(6);
    private final Thread working;

    public Forger(Mesh mesh, PeerLinks links, Signer signer) {
        this.mesh = mesh;
        this.links = links;
        this.signer = signer;
        working = Thread.ofVirtual().start(this::work);
    }

    void stop() {
        working.interrupt();
    }

    private void work() {
        for (var peer : mesh.present()) {
            if (peer.state() == Peer.State.PRESENT) {
                attempt(() -> offer(peer, forgeries(peer.key())));
                for (var protocol : List.of("oplog/1", "chunks/1", "inference/1")) {
                    attempt(() -> babble(peer, protocol));
                }
                for (int i = 0; i < MEETINGS; i++) {
                    attempt(() -> offer(peer, List.of()));
                }
            }
        }
    }

    /// Something that the peer may end at any moment.
    @FunctionalInterface
    private interface Attempt {
        void make() throws IOException;
    }

    private static void attempt(Attempt attempt) {
        try {
            attempt.make();
        } catch (IOException turnedAway) {
            // As it should be.
        }
    }

    /// @param body of an entry
    private record Forgery(byte[] body, byte[] signature) {}

    private List<Forgery> forgeries(PublicKey victim) throws IOException {
        var own = signer.publicKey();
        var genuine = entry(own, 1, 1);
        var future = entry(own, 2, 1);
        var noise = noise(400);
        return List.of(
                // Said to be another's.
                new Forgery(entry(victim, 1, 1), signer.sign(genuine)),
                // Signed, and altered afterwards.
                new Forgery(entry(own, 1, 1_000_000), signer.sign(genuine)),
                new Forgery(future, signer.sign(future)),
                new Forgery(noise, signer.sign(noise)),
                ofStranger());
    }

    /// Well signed, by somebody whom nobody has admitted.
    private static Forgery ofStranger() throws IOException {
        try {
            var keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            var encoded = keys.getPublic().getEncoded();
            var raw = Arrays.copyOfRange(encoded, encoded.length - PublicKey.BYTES, encoded.length);
            var body = entry(new PublicKey(raw), 1, 1);
            var signature = Signature.getInstance("Ed25519");
            signature.initSign(keys.getPrivate());
            signature.update(body);
            return new Forgery(body, signature.sign());
        } catch (GeneralSecurityException none) {
            throw new IOException(none);
        }
    }

    private static byte[] entry(PublicKey author, long version, long amount) {
        return Cbor.encode(
                Map.of(
                        "v",
                        version,
                        "author",
                        author.bytes(),
                        "seq",
                        0L,
                        "at",
                        0L,
                        "parents",
                        List.of(),
                        "kind",
                        "kudos",
                        "op",
                        Map.of(
                                "to",
                                author.bytes(),
                                "primitive",
                                "bug-fix",
                                "amount",
                                amount,
                                "attestation",
                                "")));
    }

    /// As gossip does, with entries of its own making.
    private void offer(Peer peer, List<Forgery> forgeries) throws IOException {
        try (var link = links.open(peer.id(), "oplog/1")) {
            var out = new DataOutputStream(link.output());
            head(out, DIGEST, 1);
            out.write(noise(32));
            head(out, REACHES, 0);
            head(out, ENTRIES, forgeries.size());
            for (var forgery : forgeries) {
                out.writeInt(forgery.body().length);
                out.write(forgery.signature());
                out.write(forgery.body());
            }
            head(out, DONE, 0);
            head(out, KEPT, 0);
            // No meeting begins so: the peer ends the link, when it has looked at all of it.
            head(out, DONE, 0);
            out.flush();
            link.input().transferTo(OutputStream.nullOutputStream());
        }
    }

    private static void head(DataOutputStream out, int type, int count) throws IOException {
        out.writeByte(type);
        out.writeInt(count);
    }

    private void babble(Peer peer, String protocol) throws IOException {
        try (var link = links.open(peer.id(), protocol)) {
            link.output().write(noise(NOISE_BYTES));
            link.output().flush();
        }
    }

    private byte[] noise(int count) {
        var noise = new byte[count];
        random.nextBytes(noise);
        return noise;
    }
}
