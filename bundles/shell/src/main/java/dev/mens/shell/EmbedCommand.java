package dev.mens.shell;

import dev.mens.inference.Dispatcher;
import dev.mens.model.ModelCatalog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/// `vox embed`: texts as vectors.
@Component(service = Noun.class)
@GogoCommand(scope = Commands.NO_NOUN, function = "embed")
public final class EmbedCommand implements Noun {
    private final ModelCatalog models;
    private final Dispatcher dispatcher;

    @Activate
    public EmbedCommand(@Reference ModelCatalog models, @Reference Dispatcher dispatcher) {
        this.models = models;
        this.dispatcher = dispatcher;
    }

    @Override
    public String summary() {
        return "turn texts into vectors";
    }

    record Embedding(String text, List<Float> vector) {}

    @Descriptor("turn each text into a vector, with an encoder model")
    public List<Embedding> embed(
            CommandSession session,
            @Descriptor("folder or name of the model")
                    @Parameter(
                            names = {"-m", "--model"},
                            absentValue = "")
                    @Nullable String model,
            @Descriptor("[TEXT] one text each; the lines of standard input without any")
                    String[] texts)
            throws IOException, InterruptedException {
        var caller = Caller.of(session);
        var all = texts.length > 0 ? List.of(texts) : caller.readAll().lines().toList();
        if (all.isEmpty()) {
            throw ShellProblem.MISSING_ARGUMENT.with("embed", "TEXT");
        }
        var resolved = models.resolve(model == null ? "" : caller.model(model));
        var embeddings = new ArrayList<Embedding>();
        try (var _ = Progress.on(caller, "embedding with " + resolved.name())) {
            var vectors = dispatcher.embed(resolved, all);
            for (int i = 0; i < all.size(); i++) {
                embeddings.add(new Embedding(all.get(i), boxed(vectors.get(i))));
            }
        }
        return embeddings;
    }

    private static List<Float> boxed(float[] vector) {
        var list = new ArrayList<Float>(vector.length);
        for (float value : vector) {
            list.add(value);
        }
        return list;
    }
}
