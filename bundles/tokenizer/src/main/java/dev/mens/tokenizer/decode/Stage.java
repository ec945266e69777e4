package dev.mens.tokenizer.decode;

/// One step of decoding, fed token by token. A token may come in fragments.
public interface Stage {

    /// @param fragment more of the current token
    /// @param ends whether the token ends with it
    void accept(String fragment, boolean ends);

    /// No token follows.
    void finish();
}
