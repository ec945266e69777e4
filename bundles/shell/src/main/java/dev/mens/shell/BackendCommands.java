package dev.mens.shell;

import dev.mens.inference.Dispatcher;
import dev.mens.inference.Verdict;
import dev.mens.model.ModelCatalog;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/// `vox backend`: what can run models here.
@Component(service = Noun.class)
@GogoCommand(scope = "backend", function = "ls")
public final class BackendCommands implements Noun {
    private final ModelCatalog models;
    private final Dispatcher dispatcher;

    @Activate
    public BackendCommands(@Reference ModelCatalog models, @Reference Dispatcher dispatcher) {
        this.models = models;
        this.dispatcher = dispatcher;
    }

    @Override
    public String summary() {
        return "what can run models here";
    }

    /// @param serves whether it would run the model, with the reason
    record Row(
            String id,
            String detail,
            long memoryBytes,
            List<String> models,
            int streams,
            long moved,
            Instant since,
            String serves) {}

    @Descriptor("list the backends, and whether each would run a model")
    public List<Row> ls(
            CommandSession session,
            @Descriptor("folder or name of the model; the node's default without it")
                    @Parameter(
                            names = {"-m", "--model"},
                            absentValue = "")
                    @Nullable String model)
            throws IOException {
        var resolved = models.resolve(model == null ? "" : Caller.of(session).model(model));
        var route = dispatcher.route(resolved);
        return dispatcher.backends().stream().map(status -> row(status, route)).toList();
    }

    private static Row row(Dispatcher.BackendStatus status, List<Dispatcher.Candidate> route) {
        return new Row(
                status.id(),
                status.capabilities().detail(),
                status.capabilities().memoryBytes(),
                status.loadedModels(),
                status.activeStreams(),
                status.movedIn(),
                status.since(),
                route.stream()
                        .filter(candidate -> candidate.backend().equals(status.id()))
                        .map(candidate -> text(candidate.verdict()))
                        .findFirst()
                        .orElse("unknown"));
    }

    private static String text(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Yes(var reason) -> "yes: " + reason;
            case Verdict.No(var reason) -> "no: " + reason;
        };
    }
}
