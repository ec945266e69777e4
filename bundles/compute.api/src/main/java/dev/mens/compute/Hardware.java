package dev.mens.compute;

import org.osgi.annotation.versioning.ProviderType;

/// What this machine has. Probing is cached; see the bundle `policy`.
@ProviderType
public interface Hardware {

    /// The latest report, at most the configured time to live old.
    HardwareReport report();
}
