package dev.mens.shell;

import dev.mens.content.ContentStore;
import dev.mens.content.ModelLibrary;
import dev.mens.content.StoredModel;
import dev.mens.diagnostics.ProblemException;
import dev.mens.inference.Dispatcher;
import dev.mens.model.ImportOptions;
import dev.mens.model.Model;
import dev.mens.model.ModelCatalog;
import dev.mens.model.Quantization;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/// `vox model`: the models in this node's store.
@Component(service = Noun.class)
@GogoCommand(
        scope = "model",
        function = {"ls", "show", "import", "verify", "rm", "gc", "quantize", "export"})
public final class ModelCommands implements Noun {
    private static final String RECIPES = "q8_0, q4_0, q4_k_m or nf4";

    private final ModelLibrary library;
    private final ContentStore store;
    private final ModelCatalog catalog;
    private final Dispatcher dispatcher;

    @Activate
    public ModelCommands(
            @Reference ModelLibrary library,
            @Reference ContentStore store,
            @Reference ModelCatalog catalog,
            @Reference Dispatcher dispatcher) {
        this.library = library;
        this.store = store;
        this.catalog = catalog;
        this.dispatcher = dispatcher;
    }

    @Override
    public String summary() {
        return "the models in this node's store";
    }

    @Descriptor("list the models, and which backends can serve each")
    public List<ModelRows.Row> ls() throws IOException, InterruptedException {
        var rows = new ArrayList<ModelRows.Row>();
        for (var stored : library.list()) {
            try {
                var model = model(stored);
                rows.add(ModelRows.row(stored, model.facts(), serving(model)));
            } catch (ProblemException unsound) {
                // One damaged model must not hide the others; `vox model verify` says more.
                rows.add(ModelRows.unsound(stored, unsound.problem().id()));
            }
        }
        return rows;
    }

    @Descriptor("show what a model is, where it came from and every hash")
    public String show(
            @Descriptor("print JSON")
                    @Parameter(names = "--json", presentValue = "true", absentValue = "false")
                    boolean json,
            @Descriptor("REF name, or the first digits of the hash") String reference)
            throws IOException, InterruptedException {
        return shown(library.resolve(reference), json);
    }

    @Descriptor("convert a model to SafeTensors, and keep it under its hash")
    public String _import(
            CommandSession session,
            @Descriptor("what to call it; the file's name without it")
                    @Parameter(
                            names = {"-n", "--name"},
                            absentValue = "")
                    @Nullable String name,
            @Descriptor("quantize matrices: " + RECIPES)
                    @Parameter(
                            names = {"-q", "--quantize"},
                            absentValue = "")
                    @Nullable String quantize,
            @Descriptor("turn the quantized tensors of a GGUF into BF16")
                    @Parameter(names = "--dequantize", presentValue = "true", absentValue = "false")
                    boolean dequantize,
            @Descriptor("print JSON")
                    @Parameter(names = "--json", presentValue = "true", absentValue = "false")
                    boolean json,
            @Descriptor("PATH folder or file: HuggingFace, SafeTensors, GGUF, PyTorch or ONNX")
                    String path)
            throws IOException, InterruptedException {
        var caller = Caller.of(session);
        var options = new ImportOptions(recipe("--quantize", quantize), dequantize);
        return add(caller, caller.folder().resolve(path), name, options, json);
    }

    @Descriptor("read everything again and compare it with its hashes")
    public ModelRows.Verified verify(
            CommandSession session,
            @Descriptor("check all models, and what no model uses")
                    @Parameter(names = "--all", presentValue = "true", absentValue = "false")
                    boolean all,
            @Descriptor("[REF] name, or the first digits of the hash") @Nullable String reference)
            throws IOException, InterruptedException {
        try (var bar = new TransferBar(Caller.of(session))) {
            if (all || reference == null) {
                return new ModelRows.Verified("everything", store.verifyAll(bar::report));
            }
            var stored = library.resolve(reference);
            return new ModelRows.Verified(stored.title(), store.verify(stored.id(), bar::report));
        }
    }

    @Descriptor(
            "remove models, and what no other model needs; of a model with several names, only the"
                    + " name that is given")
    public ModelRows.Freed rm(
            @Descriptor("REF name, or the first digits of the hash") String[] references)
            throws IOException, InterruptedException {
        int files = 0;
        long bytes = 0;
        for (var reference : references) {
            if (store.unname(reference)) {
                continue;
            }
            var stored = library.resolve(reference);
            unload(stored);
            var freed = store.remove(stored.id());
            files += freed.objects();
            bytes += freed.bytes();
        }
        return new ModelRows.Freed(files, bytes);
    }

    @Descriptor("remove what no model needs, and what interrupted imports left")
    public ModelRows.Freed gc() throws IOException {
        var freed = store.collect();
        return new ModelRows.Freed(freed.objects(), freed.bytes());
    }

    @Descriptor("make a quantized model from one in the store")
    public String quantize(
            CommandSession session,
            @Descriptor("what to call it; the model's name and the recipe without it")
                    @Parameter(
                            names = {"-n", "--name"},
                            absentValue = "")
                    @Nullable String name,
            @Descriptor("print JSON")
                    @Parameter(names = "--json", presentValue = "true", absentValue = "false")
                    boolean json,
            @Descriptor("REF name, or the first digits of the hash") String reference,
            @Descriptor("RECIPE " + RECIPES) String recipe)
            throws IOException, InterruptedException {
        var stored = library.resolve(reference);
        var options = new ImportOptions(recipe("RECIPE", recipe), false);
        var called = stored.names().contains(reference) ? reference : stored.title();
        var wanted = name == null ? called + "-" + recipe.toLowerCase(Locale.ROOT) : name;
        return add(Caller.of(session), stored.folder(), wanted, options, json);
    }

    @Descriptor("copy a model's files into a new folder")
    public String export(
            CommandSession session,
            @Descriptor("REF name, or the first digits of the hash") String reference,
            @Descriptor("FOLDER that does not exist yet") String folder)
            throws IOException, InterruptedException {
        var caller = Caller.of(session);
        var target = caller.folder().resolve(folder).normalize();
        try (var bar = new TransferBar(caller)) {
            library.export(library.resolve(reference), target, bar::report);
        }
        return target.toString();
    }

    private String add(
            Caller caller, Path source, @Nullable String name, ImportOptions options, boolean json)
            throws IOException, InterruptedException {
        StoredModel stored;
        try (var bar = new TransferBar(caller)) {
            var wanted = name == null ? "" : name;
            stored = library.add(source.normalize(), wanted, options, bar::report);
        }
        for (var note : stored.signed().manifest().provenance().notes()) {
            caller.err().println("note: " + note);
        }
        return shown(stored, json);
    }

    private String shown(StoredModel stored, boolean json) throws IOException {
        var model = model(stored);
        return json
                ? JsonText.of(ModelRows.json(stored, model.facts(), serving(model)))
                : Tables.text(ModelRows.details(stored, model.facts(), serving(model)));
    }

    private Model model(StoredModel stored) throws IOException {
        return catalog.resolve(stored.id().toString());
    }

    private List<String> serving(Model model) {
        return ModelRows.serving(dispatcher.route(model));
    }

    private void unload(StoredModel stored) throws IOException {
        try {
            dispatcher.unload(model(stored));
        } catch (ProblemException neverServable) {
            // Then nobody has it loaded.
        }
    }

    private static @Nullable Quantization recipe(String option, @Nullable String text) {
        if (text == null) {
            return null;
        }
        for (var known : Quantization.values()) {
            if (known.name().equalsIgnoreCase(text.replace('-', '_'))) {
                return known;
            }
        }
        throw ShellProblem.BAD_VALUE.with(option, "\"" + text + "\"", RECIPES);
    }
}
