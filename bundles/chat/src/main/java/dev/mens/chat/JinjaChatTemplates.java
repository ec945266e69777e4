package dev.mens.chat;

import dev.mens.model.ChatTemplate;
import dev.mens.model.ChatTemplates;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/// Compiles the Jinja of chat templates.
@Component
public final class JinjaChatTemplates implements ChatTemplates {
    private final Clock clock;

    @Activate
    public JinjaChatTemplates() {
        this(Clock.system(ZoneId.systemDefault()));
    }

    /// @param clock what `strftime_now` reads
    JinjaChatTemplates(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Optional<ChatTemplate> open(Path folder) throws IOException {
        var files = TemplateFiles.read(folder);
        var sources = files.sources();
        var tokens = files.specialTokens();
        var tools = sources.get(TemplateFiles.TOOL_USE);
        var plain = sources.get(TemplateFiles.DEFAULT);
        if (plain == null) {
            return Optional.ofNullable(tools).map(source -> compile(source, tokens));
        }
        var template = compile(plain, tokens);
        if (tools == null) {
            return Optional.of(template);
        }
        var withTools = compile(tools, tokens);
        return Optional.of(
                conversation ->
                        (conversation.tools().isEmpty() ? template : withTools)
                                .render(conversation));
    }

    @Override
    public ChatTemplate compile(String source, Map<String, String> specialTokens) {
        return JinjaTemplate.compile(source, specialTokens, clock);
    }
}
