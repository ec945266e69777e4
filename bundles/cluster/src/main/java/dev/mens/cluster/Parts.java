package dev.mens.cluster;

import dev.mens.cluster.facts.SharedInventory;
import dev.mens.cluster.gate.Station;
import dev.mens.cluster.gate.Tls;
import dev.mens.cluster.links.PeerStreams;
import dev.mens.crypto.Hashing;
import dev.mens.crypto.IdentityCertificate;
import dev.mens.crypto.Sealing;
import dev.mens.crypto.Signer;
import dev.mens.crypto.Verifier;
import dev.mens.mesh.PeerId;
import java.io.IOException;
import java.time.Clock;

/// What a node brings into every mesh.
///
/// @param software version of Mens
record Parts(
        Hashing hashing,
        Signer signer,
        Verifier verifier,
        Sealing sealing,
        IdentityCertificate identity,
        PeerStreams streams,
        SharedInventory inventory,
        Clock clock,
        String software) {

    PeerId self() throws IOException {
        return PeerId.of(signer.publicKey(), hashing);
    }

    Station station() throws IOException {
        return new Station(new Tls(identity), hashing, software, clock);
    }
}
