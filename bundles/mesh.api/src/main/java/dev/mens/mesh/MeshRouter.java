package dev.mens.mesh;

import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/// Introduces peers of any mesh to each other, and relays for those that cannot be dialled. It is
/// no member and sees only ciphertext.
@ProviderType
public interface MeshRouter {

    /// @throws dev.mens.diagnostics.ProblemException vox/mesh/port-taken
    Opened open(Endpoint bind) throws IOException;

    /// A router at work.
    @ProviderType
    interface Opened extends AutoCloseable {
        Endpoint listening();

        @Override
        void close();
    }
}
