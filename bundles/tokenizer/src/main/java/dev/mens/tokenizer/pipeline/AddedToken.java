package dev.mens.tokenizer.pipeline;

/// A token that is found in the text before the model sees it.
///
/// @param singleWord only where no word character is beside it
/// @param lstrip takes the white space before it, too
/// @param rstrip takes the white space after it, too
/// @param normalized is looked for in the normalized text, in its own normalized form
/// @param special may be left out when decoding
public record AddedToken(
        String content,
        boolean singleWord,
        boolean lstrip,
        boolean rstrip,
        boolean normalized,
        boolean special) {}
