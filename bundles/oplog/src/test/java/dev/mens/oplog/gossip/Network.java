package dev.mens.oplog.gossip;

import dev.mens.crypto.PublicKey;
import dev.mens.crypto.hashes.Hashes;
import dev.mens.mesh.Endpoint;
import dev.mens.mesh.Link;
import dev.mens.mesh.LinkProtocol;
import dev.mens.mesh.Mesh;
import dev.mens.mesh.MeshSettings;
import dev.mens.mesh.Peer;
import dev.mens.mesh.PeerId;
import dev.mens.mesh.PeerLinks;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// A mesh in one process. Links are pipes; a partition lets none through.
final class Network {
    private final Map<PeerId, Station> stations = new TreeMap<>();
    private final Set<PeerId> cutOff = ConcurrentHashMap.newKeySet();
    private final Set<PipeLink> open = ConcurrentHashMap.newKeySet();
    final LongAdder links = new LongAdder();
    final LongAdder flushes = new LongAdder();
    final LongAdder bytes = new LongAdder();

    /// One peer's view.
    final class Station implements Mesh, PeerLinks {
        final PeerId id;
        final PublicKey key;
        private volatile Optional<LinkProtocol> protocol = Optional.empty();

        private Station(PublicKey key) {
            this.key = key;
            this.id = PeerId.of(key, new Hashes());
        }

        void serve(LinkProtocol served) {
            protocol = Optional.of(served);
        }

        @Override
        public List<Peer> present() {
            var peers = new ArrayList<Peer>();
            for (var station : stations.values()) {
                if (cutOff.contains(station.id) == cutOff.contains(id)) {
                    peers.add(peer(station, station == this));
                }
            }
            return peers;
        }

        @Override
        public List<Peer> peers() {
            return stations.values().stream().map(one -> peer(one, one == this)).toList();
        }

        private Peer peer(Station station, boolean self) {
            var state = self ? Peer.State.SELF : Peer.State.PRESENT;
            return new Peer(station.id, "", station.key, List.of(), "", Instant.EPOCH, state);
        }

        @Override
        public Link open(PeerId peer, String name) throws IOException {
            if (cutOff.contains(peer) != cutOff.contains(id)) {
                throw new IOException("there is no way");
            }
            links.increment();
            var there = new Pipe();
            var back = new Pipe();
            var station = stations.get(peer);
            var near = new PipeLink(peer, back, there);
            var far = new PipeLink(id, there, back);
            open.add(near);
            open.add(far);
            Thread.ofVirtual().start(() -> station.answer(far));
            return near;
        }

        private void answer(PipeLink link) {
            try (link) {
                protocol.orElseThrow().serve(link);
            } catch (IOException refused) {
                // As over a real network, the other side sees its link end.
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public Status status() {
            return new Status(true, "m", "p", id, key, Optional.empty(), 1, List.of());
        }

        @Override
        public void up(MeshSettings settings) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void up() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void leave() {
            stations.remove(id);
        }

        @Override
        public Invitation invite(Duration validity) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void join(String token, String node, Endpoint bind, Optional<Endpoint> advertised) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void allow(PublicKey other, String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public PeerId deny(String peer) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Finding> diagnose() {
            throw new UnsupportedOperationException();
        }
    }

    private final class PipeLink implements Link {
        private final PeerId peer;
        private final Pipe in;
        private final Pipe out;
        private final OutputStream output;

        PipeLink(PeerId peer, Pipe in, Pipe out) {
            this.peer = peer;
            this.in = in;
            this.out = out;
            this.output =
                    new BufferedOutputStream(out.output(), 1 << 16) {
                        @Override
                        public synchronized void flush() throws IOException {
                            flushes.add(count > 0 ? 1 : 0);
                            bytes.add(count);
                            super.flush();
                        }
                    };
        }

        @Override
        public PeerId peer() {
            return peer;
        }

        @Override
        public String protocol() {
            return "oplog/1";
        }

        @Override
        public InputStream input() {
            return in.input();
        }

        /// Nobody here is silent.
        @Override
        public void patience(Duration most) {}

        @Override
        public OutputStream output() {
            return output;
        }

        @Override
        public void close() throws IOException {
            try {
                output.flush();
            } finally {
                cut();
            }
        }

        private void cut() {
            open.remove(this);
            in.close();
            out.close();
        }
    }

    Station join(PublicKey key) {
        var station = new Station(key);
        stations.put(station.id, station);
        return station;
    }

    /// These and the others no longer reach each other.
    void partition(Set<PeerId> some) {
        cutOff.addAll(new HashSet<>(some));
        cutLinks();
    }

    /// As when the members of a mesh have left for the others.
    void cutLinks() {
        open.forEach(PipeLink::cut);
    }

    void heal() {
        cutOff.clear();
    }
}
