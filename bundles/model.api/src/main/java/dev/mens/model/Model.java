package dev.mens.model;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/// A model on this machine's disk, described well enough to decide who can serve it. Nothing is
/// loaded.
///
/// @param name what people call it
/// @param id equal for equal models: the bundle hash, or the folder's real path where there is none
/// @param folder holds config.json, tokenizer.json and SafeTensors
public record Model(String name, String id, Path folder, ModelFacts facts) {
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{128}");

    /// The bundle hash; absent for a folder, whose bytes may change.
    public Optional<String> content() {
        return HASH.matcher(id).matches() ? Optional.of(id) : Optional.empty();
    }
}
