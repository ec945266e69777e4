package dev.mens.content;

import java.time.Instant;
import java.util.List;

/// Where a bundle came from, as its importer declares and signs it.
///
/// @param at when it was signed, in whole seconds
/// @param source the file or folder as the importer named it
/// @param sourceHash of that file, or of the canonical map of the folder's files
/// @param sourceFormat `huggingface`, `gguf` and so on
/// @param converter name and version of the conversion
/// @param notes what the source could not say and was assumed
public record Provenance(
        Instant at,
        String source,
        ContentId sourceHash,
        String sourceFormat,
        String converter,
        List<String> notes) {
    public Provenance {
        notes = List.copyOf(notes);
    }
}
