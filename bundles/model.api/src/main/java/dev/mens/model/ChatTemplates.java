package dev.mens.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/// Opens chat templates.
@ProviderType
public interface ChatTemplates {

    /// The template of a model folder: chat_template.jinja, or `chat_template` of
    /// tokenizer_config.json, with that file's special tokens.
    Optional<ChatTemplate> open(Path folder) throws IOException;

    /// @param specialTokens `bos_token`, `eos_token` and so on, as the template sees them
    /// @throws dev.mens.diagnostics.ProblemException vox/chat/… if it is no valid template
    ChatTemplate compile(String source, java.util.Map<String, String> specialTokens);
}
