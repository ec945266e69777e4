package dev.mens.model;

import java.util.OptionalInt;
import org.osgi.annotation.versioning.ProviderType;

/// Text to token ids and back, exactly as HuggingFace's `tokenizers` does. Thread-safe.
@ProviderType
public interface Tokenizer {

    /// @param text any UTF-16; lone surrogates count as U+FFFD
    /// @param withSpecial apply the post-processor (begin and end tokens)
    int[] encode(String text, boolean withSpecial);

    /// @param skipSpecial leave out special tokens
    /// @return text; U+FFFD where bytes are no UTF-8; ids outside the vocabulary are skipped
    String decode(int[] ids, boolean skipSpecial);

    /// A new decoder for streaming: pieces joined equal {@link #decode} of the same ids.
    Decoder decoder(boolean skipSpecial);

    /// Ids run from 0 to this, exclusive, with holes possible.
    int vocabularySize();

    OptionalInt id(String token);

    /// The token as the vocabulary spells it; empty for a hole.
    String token(int id);

    boolean isSpecial(int id);

    /// Decodes one sequence token by token; never emits half a character. Not thread-safe.
    interface Decoder {
        /// Text that is certain after this token; often empty.
        String accept(int id);

        /// What is left at the end; incomplete bytes become U+FFFD.
        String finish();
    }
}
