package dev.mens.cluster.relay;

import dev.mens.mesh.Endpoint;
import dev.mens.mesh.MeshProblem;
import dev.mens.storage.Cbor;
import dev.mens.storage.CborFields;
import java.util.HexFormat;
import java.util.Map;

/// Where a router knows a peer: the tag of its mesh, and the address that it has there.
record Place(String tag, Endpoint address) {
    private static final int TAG_BYTES = 16;

    byte[] encode() {
        return Cbor.encode(
                Map.of(
                        "tag", HexFormat.of().parseHex(tag),
                        "address", address.toString()));
    }

    /// @throws dev.mens.diagnostics.ProblemException vox/mesh/bad-facts
    static Place decode(byte[] bytes) {
        var problem = MeshProblem.BAD_FACTS;
        var fields =
                CborFields.of(Cbor.decode(bytes, problem), "a place", problem, "tag", "address");
        var tag = fields.bytes("tag");
        if (tag.length != TAG_BYTES) {
            throw problem.with("a mesh has a tag of %d bytes".formatted(tag.length));
        }
        return new Place(HexFormat.of().formatHex(tag), Endpoint.parse(fields.text("address"), 0));
    }
}
