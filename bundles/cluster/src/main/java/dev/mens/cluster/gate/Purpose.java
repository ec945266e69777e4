package dev.mens.cluster.gate;

import java.util.Arrays;
import java.util.Optional;

/// What a connection is for.
public enum Purpose {
    /// The messages of the group.
    GROUP("group"),
    /// A link to a protocol, whose name is the detail.
    LINK("link"),
    /// The redemption of an invitation, whose ticket is the detail.
    JOIN("join"),
    /// To see whether an address leads to a member; nothing follows.
    PROBE("probe"),
    /// At a router: to be found, and told of others. The detail is a {@link
    /// dev.mens.cluster.relay.Place}.
    REGISTER("register"),
    /// At a router: to be connected to a place.
    DIAL("dial"),
    /// At a router: to answer somebody who dials; the detail names the call.
    ANSWER("answer");

    private final String wire;

    Purpose(String wire) {
        this.wire = wire;
    }

    String wire() {
        return wire;
    }

    static Optional<Purpose> of(String wire) {
        return Arrays.stream(values()).filter(purpose -> purpose.wire.equals(wire)).findFirst();
    }
}
