package dev.mens.model;

import org.osgi.annotation.versioning.ProviderType;

/// A compiled chat template, exactly as transformers' `apply_chat_template` renders it;
/// sandboxed and bounded. Thread-safe.
@ProviderType
public interface ChatTemplate {

    /// @throws dev.mens.diagnostics.ProblemException vox/chat/… if the template refuses the
    ///     conversation (`raise_exception`) or exceeds its bounds
    String render(Conversation conversation);
}
