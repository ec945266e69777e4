/// Peers that find each other, trust each other, and know what each of them has.
///
/// A node belongs to at most one {@link dev.mens.mesh.Mesh}. Its {@link dev.mens.mesh.PeerId} is
/// the hash of its Ed25519 key, so it is the same peer after a restart and at every address.
/// Whoever is a member was admitted by a member, and whatever passes between peers passes over
/// TLS 1.3 in which both have proved their keys and that they know the mesh's secret.
///
/// What must be the same everywhere is in the {@link dev.mens.mesh.Inventory}: who holds which
/// bundle, who can run models, how busy everyone is, and the signed manifests. Everything bulky or
/// fast (chunks, tokens, op-log entries) goes from peer to peer over {@link
/// dev.mens.mesh.PeerLinks}: one side opens a {@link dev.mens.mesh.Link} by the name of a protocol,
/// the other side's {@link dev.mens.mesh.LinkProtocol} service of that name serves it.
///
/// {@link dev.mens.mesh.MeshListener}, {@link dev.mens.mesh.InventoryListener} and {@link
/// dev.mens.mesh.LinkProtocol} are whiteboard services: register one, and it is called. All of this
/// may be used while no mesh is up; then there are simply no peers.
@Export
@Version("2.2.0")
@NullMarked
package dev.mens.mesh;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
