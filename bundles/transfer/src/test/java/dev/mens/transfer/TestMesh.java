package dev.mens.transfer;

import dev.mens.content.ContentId;
import dev.mens.crypto.PublicKey;
import dev.mens.mesh.Endpoint;
import dev.mens.mesh.Inventory;
import dev.mens.mesh.Mesh;
import dev.mens.mesh.MeshSettings;
import dev.mens.mesh.Peer;
import dev.mens.mesh.PeerId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/// What all peers of a test know, at once and without a network.
final class TestMesh {
    final PipedLinks links = new PipedLinks();
    final Map<ContentId, byte[]> manifests = new ConcurrentHashMap<>();
    private final Map<PeerId, Inventory.PeerFacts> facts = new ConcurrentSkipListMap<>();
    private final Map<PeerId, Peer> peers = new ConcurrentSkipListMap<>();

    void join(PeerId id, PublicKey key) {
        var since = Instant.EPOCH;
        var state = Peer.State.PRESENT;
        peers.put(id, new Peer(id, id.abbreviated(), key, List.of(), "1", since, state));
    }

    /// As when its machine is switched off.
    void lose(PeerId id) {
        peers.remove(id);
        facts.remove(id);
        links.cut(id);
    }

    record Facts(TestMesh mesh, PeerId self) implements Inventory {
        @Override
        public void holdings(List<Holding> holdings) {
            mesh.facts.put(self, new PeerFacts(self, holdings, List.of(), Load.IDLE));
        }

        @Override
        public void backends(List<BackendOffer> backends) {}

        @Override
        public void load(Load load) {}

        @Override
        public List<PeerFacts> facts() {
            return List.copyOf(mesh.facts.values());
        }

        @Override
        public Optional<PeerFacts> facts(PeerId peer) {
            return Optional.ofNullable(mesh.facts.get(peer));
        }

        @Override
        public boolean isComplete() {
            return mesh.facts.keySet().containsAll(mesh.peers.keySet());
        }

        @Override
        public List<PeerId> holders(ContentId bundle) {
            throw new AssertionError("transfers look at the facts");
        }

        @Override
        public void publishManifest(ContentId bundle, byte[] manifest) {
            mesh.manifests.put(bundle, manifest);
        }

        @Override
        public Optional<byte[]> manifest(ContentId bundle) {
            return Optional.ofNullable(mesh.manifests.get(bundle));
        }
    }

    record Membership(TestMesh mesh, PeerId self, PublicKey key) implements Mesh {
        @Override
        public Status status() {
            return new Status(true, "test", "test", self, key, Optional.empty(), 1, List.of());
        }

        @Override
        public List<Peer> present() {
            return new ArrayList<>(mesh.peers.values());
        }

        @Override
        public List<Peer> peers() {
            return present();
        }

        @Override
        public void up(MeshSettings settings) {
            throw new AssertionError();
        }

        @Override
        public void up() {
            throw new AssertionError();
        }

        @Override
        public void leave() {
            throw new AssertionError();
        }

        @Override
        public Invitation invite(Duration validity) {
            throw new AssertionError();
        }

        @Override
        public void join(String token, String node, Endpoint bind, Optional<Endpoint> advertised) {
            throw new AssertionError();
        }

        @Override
        public void allow(PublicKey key, String name) {
            throw new AssertionError();
        }

        @Override
        public PeerId deny(String peer) {
            throw new AssertionError();
        }

        @Override
        public List<Finding> diagnose() {
            throw new AssertionError();
        }
    }
}
