package dev.mens.compute;

import java.io.IOException;
import org.osgi.annotation.versioning.ConsumerType;

/// A device's way to run networks: one implementation for each device, tested against the
/// scalar twin.
@ConsumerType
public interface Kernels {

    /// Short and stable, for logs and `vox backend ls`: `cpu/vector-512`, `cuda/sm_90`.
    String name();

    /// Makes a network ready to run: maps, packs or uploads its weights. The network's tensors must
    /// outlive the program, which may keep reading them.
    ///
    /// @throws dev.mens.diagnostics.ProblemException vox/compute/unsupported-dtype, or when the
    ///     memory budget does not allow it
    Program prepare(Network network) throws IOException;

    /// As {@link #prepare(Network)}, for weights whose bytes have a name: what a device makes of
    /// them may be kept under it, and found at the next start.
    ///
    /// @param content equal names mean equal bytes, on this and every later day
    default Program prepare(Network network, String content) throws IOException {
        return prepare(network);
    }
}
