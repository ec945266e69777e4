package dev.mens.cluster.group;

import dev.mens.cluster.trust.MeshSecret;
import dev.mens.crypto.Sealing;
import dev.mens.mesh.Discovery;
import dev.mens.mesh.Endpoint;
import dev.mens.mesh.PeerId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jgroups.Address;
import org.jgroups.JChannel;
import org.jgroups.View;
import org.jgroups.protocols.TCP;
import org.jgroups.stack.Protocol;
import org.jgroups.util.ExtendedUUID;

/// This node's membership in the group of all peers that are up, and what they share. Nothing but
/// this package sees JGroups and Infinispan.
public final class Group implements AutoCloseable {
    /// What a group needs to start.
    ///
    /// @param incarnation how often this node has been up
    /// @param listening where the gate listens
    /// @param advertised where others reach it
    /// @param known addresses of members from earlier times
    /// @param routed where the routers say that members are
    /// @param folder for what is shared
    public record Plan(
            PeerId self,
            long incarnation,
            MeshSecret secret,
            Discovery discovery,
            Endpoint listening,
            Endpoint advertised,
            Collection<Endpoint> known,
            Supplier<Collection<Endpoint>> routed,
            Path folder) {}

    /// Held here, because a logger that nobody holds forgets its level. What these report at INFO
    /// is for their developers.
    private static final List<Logger> QUIET =
            List.of(Logger.getLogger("org.jgroups"), Logger.getLogger("org.infinispan"));

    /// Held for the same reason.
    private static final Logger TRANSPORT = Logger.getLogger(TCP.class.getName());

    private final JChannel channel;
    private final SharedState state;

    /// Joins the group, or founds it if nobody answers.
    ///
    /// @param present told who is in the group, and in which incarnation, whenever that changes
    /// @param newer decides between two values of one key after a split
    public Group(
            Plan plan,
            GroupSockets sockets,
            Sealing sealing,
            Consumer<Map<PeerId, Long>> present,
            BinaryOperator<byte[]> newer,
            BiConsumer<byte[], byte[]> changed)
            throws IOException {
        QUIET.forEach(logger -> logger.setLevel(Level.WARNING));
        TRANSPORT.setFilter(event -> !isOfTheDead(String.valueOf(event.getMessage())));
        var discovery =
                Stack.discovery(
                        plan.discovery(),
                        () -> new SealedMulticast(sealing, plan.secret().key("multicast")),
                        plan.known(),
                        plan.routed());
        var transport = Stack.transport(sockets, plan.listening(), plan.advertised());
        var below = Stack.of(transport, discovery);
        channel = channel(plan.self(), below, view -> present.accept(members(view)));
        boolean started = false;
        try {
            state =
                    new SharedState(
                            channel,
                            plan.folder(),
                            plan.secret().tagHex(),
                            plan.self().hex(),
                            Long.toString(plan.incarnation()),
                            newer);
            state.onChange(changed);
            started = true;
        } finally {
            if (!started) {
                channel.close();
            }
        }
    }

    /// That nothing more can be sent to a peer that has gone is no failure, and who has gone is
    /// logged elsewhere.
    private static boolean isOfTheDead(String message) {
        return message.contains("failed sending graceful close")
                || message.startsWith("JGRP000032: ");
    }

    private static JChannel channel(PeerId self, Protocol[] below, Consumer<View> changed)
            throws IOException {
        var protocols = Arrays.copyOf(below, below.length + 1);
        protocols[below.length] = new Views(changed);
        try {
            return new JChannel(protocols).name(self.abbreviated());
        } catch (Exception refused) {
            throw new IOException("the group's protocols do not start", refused);
        }
    }

    public SharedState state() {
        return state;
    }

    /// Leaves, which the others are told.
    @Override
    public void close() throws IOException {
        state.close();
        channel.close();
    }

    /// Each peer once: while the death of one that has restarted is not noticed yet, its latest
    /// incarnation stands for it.
    private static Map<PeerId, Long> members(View view) {
        var members = new HashMap<PeerId, Long>();
        for (var address : view.getMembers()) {
            member(address).ifPresent(m -> members.merge(m.getKey(), m.getValue(), Math::max));
        }
        return members;
    }

    /// Who an address belongs to: Infinispan puts machine and rack into the address itself, so they
    /// are known wherever the address is.
    private static Optional<Map.Entry<PeerId, Long>> member(Address address) {
        if (!(address instanceof ExtendedUUID extended)) {
            return Optional.empty();
        }
        var machine = extended.get("m".getBytes(StandardCharsets.US_ASCII));
        var rack = extended.get("r".getBytes(StandardCharsets.US_ASCII));
        return machine == null || rack == null
                ? Optional.empty()
                : Optional.of(Map.entry(new PeerId(text(machine)), Long.parseLong(text(rack))));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
