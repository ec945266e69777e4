package dev.mens.cluster;

import dev.mens.cluster.trust.KeptMesh;
import dev.mens.cluster.trust.MeshSecret;
import dev.mens.cluster.trust.Roster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/// The folder `mesh` of a node's home: which mesh it is in, and who is admitted there.
///
/// @param path need not exist yet
record MeshFolder(Path path, Parts parts) {
    Optional<KeptMesh> kept() throws IOException {
        return KeptMesh.read(file());
    }

    void keep(KeptMesh mesh) throws IOException {
        mesh.write(file());
    }

    /// Makes the folder the owner's alone, since the mesh's secret lies there.
    void closeToOthers() throws IOException {
        Files.createDirectories(path);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
    }

    Roster roster(MeshSecret secret) throws IOException {
        return new Roster(
                path.resolve("roster"), secret, parts.signer(), parts.verifier(), parts.hashing());
    }

    private Path file() {
        return path.resolve("mesh");
    }
}
