package dev.mens.mesh;

import dev.mens.crypto.PublicKey;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/// This node's membership in a mesh. A mesh that is up comes up again when the node restarts, until
/// the node leaves it. Thread-safe; calls that change membership run one after the other.
@ProviderType
public interface Mesh {

    Status status();

    /// Who is in the mesh now: this node first, then the others by name. Empty while it is down.
    List<Peer> present();

    /// {@link #present} and whoever was admitted but is away.
    List<Peer> peers();

    /// Goes up with these settings; returns when this node is a member, alone or not.
    ///
    /// @throws dev.mens.diagnostics.ProblemException vox/mesh/already-up, vox/mesh/port-taken and
    ///     whatever else keeps it down
    void up(MeshSettings settings) throws IOException, InterruptedException;

    /// Goes up again as it was; does nothing while it is up.
    ///
    /// @throws dev.mens.diagnostics.ProblemException vox/mesh/no-mesh if there is nothing to return
    ///     to
    void up() throws IOException, InterruptedException;

    /// Tells the others and goes down. Name, secret and admitted peers are kept for {@link #up()}.
    void leave() throws IOException, InterruptedException;

    /// A token that admits one peer, once.
    ///
    /// @param validity how long, by this node's clock
    Invitation invite(Duration validity) throws IOException;

    /// Redeems a token at the peer that made it, and goes up.
    ///
    /// @param token as {@link Invitation#token}; white space in it is ignored
    /// @param node what this node calls itself
    /// @param bind where it listens
    /// @param advertised where others reach it, if not where it listens
    void join(String token, String node, Endpoint bind, Optional<Endpoint> advertised)
            throws IOException, InterruptedException;

    /// Admits an identity, for every member.
    void allow(PublicKey key, String name) throws IOException;

    /// Shuts an identity out, for every member, and breaks its connections.
    ///
    /// @param peer an ID, the beginning of one, or a name
    /// @return whom that meant
    PeerId deny(String peer) throws IOException;

    /// What of the mesh works and what does not, most basic first.
    List<Finding> diagnose() throws InterruptedException;

    /// @param up whether this node is in its mesh, or on its way there; then nobody is present yet
    /// @param mesh its name; empty if this node knows none
    /// @param profile of its discovery; empty if this node knows no mesh
    /// @param listening where others reach this node; empty while it is down
    /// @param present peers in the mesh, this one included
    /// @param refused connections that were turned away since it went up, by reason
    record Status(
            boolean up,
            String mesh,
            String profile,
            PeerId self,
            PublicKey key,
            Optional<Endpoint> listening,
            int present,
            List<Refusals> refused) {
        public Status {
            refused = List.copyOf(refused);
        }
    }

    /// @param reason the ID of a {@link MeshProblem}
    record Refusals(String reason, long count) {}

    record Invitation(String token, Instant expires) {}

    /// @param part `port`, `multicast`, `clock`, `key`, `version`, `MTU` and so on
    /// @param remedy empty if there is nothing to do
    record Finding(String part, boolean good, String found, String remedy) {}
}
