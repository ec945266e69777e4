package dev.mens.mesh;

import java.util.Locale;
import java.util.Optional;

/// How far a piece of work may travel. Whether it holds sensitive data is said separately
/// ({@link Workload#sensitive}).
public enum PrivacyClass {
    /// Never leaves its node.
    LOCAL_ONLY,
    /// Only to peers of a mesh that its node joined by key.
    PAIRED_PEERS_ONLY,
    /// To anybody.
    PUBLIC_MESH;

    /// As requests spell it: `paired-peers-only`.
    public String tag() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// Empty for a class that this version does not know, which must be refused.
    public static Optional<PrivacyClass> parse(String tag) {
        for (var known : values()) {
            if (known.tag().equals(tag)) {
                return Optional.of(known);
            }
        }
        return Optional.empty();
    }
}
