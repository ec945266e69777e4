package dev.mens.inference;

import java.io.IOException;
import org.osgi.annotation.versioning.ConsumerType;

/// Tokens as they are generated, pulled one by one. Used by one thread; {@link #close} may come
/// from any other and cancels within one token.
@ConsumerType
public interface TokenStream extends AutoCloseable {

    /// Waits for the next event. After {@link TokenEvent.End} it returns that end again.
    ///
    /// @throws BackendLostException if the backend went away; the tokens so far are good
    /// @throws dev.mens.diagnostics.ProblemException if generation failed, for instance on NaN
    ///     weights
    TokenEvent next() throws IOException, InterruptedException;

    /// Ends generation and frees its memory; idempotent.
    @Override
    void close();
}
