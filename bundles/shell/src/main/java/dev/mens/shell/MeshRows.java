package dev.mens.shell;

import dev.mens.mesh.Endpoint;
import dev.mens.mesh.Mesh;
import dev.mens.mesh.Peer;
import dev.mens.oplog.Ledger;
import dev.mens.oplog.Op;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What `vox mesh` prints.
final class MeshRows {
    private MeshRows() {}

    /// @param key what others give to `vox mesh allow`
    record Status(
            boolean up,
            String mesh,
            String profile,
            Optional<String> address,
            int present,
            String id,
            String key,
            List<Mesh.Refusals> refused) {
        static Status of(Mesh.Status now) {
            return new Status(
                    now.up(),
                    now.mesh(),
                    now.profile(),
                    now.listening().map(Endpoint::toString),
                    now.present(),
                    now.self().hex(),
                    now.key().toString(),
                    now.refused());
        }
    }

    /// @param kudos what it did for others, by kind
    /// @param reputation 0 to 1, and 0.5 for one of whom nothing is known: it admits nobody and
    ///     shuts nobody out
    record PeerRow(
            String name,
            String id,
            String state,
            List<String> addresses,
            String version,
            Instant since,
            List<String> kudos,
            Optional<Double> reputation) {
        static PeerRow of(Peer peer, Optional<Ledger> ledger) throws IOException {
            List<String> kudos = List.of();
            Optional<Double> reputation = Optional.empty();
            if (ledger.isPresent()) {
                kudos = kudos(ledger.get().kudos().getOrDefault(peer.key(), Map.of()));
                reputation = Optional.of(hundredths(ledger.get().reputation(peer.key())));
            }
            return new PeerRow(
                    peer.name(),
                    peer.id().abbreviated(),
                    lower(peer.state()),
                    peer.addresses().stream().map(Endpoint::toString).toList(),
                    peer.version(),
                    peer.since(),
                    kudos,
                    reputation);
        }

        private static List<String> kudos(Map<Op.Kudos.Primitive, Long> earned) {
            return new TreeMap<>(earned)
                    .entrySet().stream()
                            .map(one -> "%s %d".formatted(lower(one.getKey()), one.getValue()))
                            .toList();
        }

        private static String lower(Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT);
        }

        private static double hundredths(double reputation) {
            return Math.round(reputation * 100) / 100.0;
        }
    }

    record Invited(String token, Instant expires) {}

    record Denied(String id) {}
}
