package dev.mens.content;

import java.nio.file.Path;
import java.util.List;

/// A bundle on this machine.
///
/// @param names that people gave it, sorted; may be empty
/// @param folder the bundle as a model folder; read only, for all who use it share its bytes
public record StoredModel(SignedManifest signed, List<String> names, Path folder) {
    public StoredModel {
        names = List.copyOf(names);
    }

    public ContentId id() {
        return signed.manifest().bundle().bundle();
    }

    /// The first name, or the short hash of a bundle without one.
    public String title() {
        return names.isEmpty() ? id().shortHex() : names.getFirst();
    }
}
