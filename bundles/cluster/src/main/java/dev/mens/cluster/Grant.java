package dev.mens.cluster;

import dev.mens.cluster.trust.Admission;
import dev.mens.cluster.trust.KeptMesh;
import dev.mens.mesh.Discovery;
import dev.mens.mesh.MeshProblem;
import dev.mens.storage.Cbor;
import dev.mens.storage.CborFields;
import java.util.List;
import java.util.Map;

/// What a newcomer is given when its invitation is good.
///
/// @param mesh its name
/// @param discovery how the inviter finds the others
/// @param admissions everybody's, the newcomer's among them
record Grant(String mesh, byte[] secret, Discovery discovery, List<Admission> admissions) {

    byte[] encode() {
        return Cbor.encode(
                Map.of(
                        "mesh", mesh,
                        "secret", secret,
                        "profile", discovery.profile(),
                        "places", KeptMesh.places(discovery),
                        "admissions", admissions.stream().map(Admission::encode).toList()));
    }

    /// @throws dev.mens.diagnostics.ProblemException vox/mesh/bad-facts
    static Grant decode(byte[] bytes) {
        var problem = MeshProblem.BAD_FACTS;
        var fields =
                CborFields.of(
                        Cbor.decode(bytes, problem),
                        "a grant",
                        problem,
                        "mesh",
                        "secret",
                        "profile",
                        "places",
                        "admissions");
        return new Grant(
                fields.text("mesh"),
                fields.bytes("secret"),
                KeptMesh.discovery(fields.text("profile"), fields.list("places", String.class)),
                fields.list("admissions", byte[].class).stream().map(Admission::decode).toList());
    }
}
