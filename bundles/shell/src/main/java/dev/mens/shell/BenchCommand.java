package dev.mens.shell;

import dev.mens.inference.bench.BenchPlan;
import dev.mens.inference.bench.Benchmark;
import dev.mens.model.ModelCatalog;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/// `vox bench`: how fast a model runs here.
@Component(service = Noun.class)
@GogoCommand(scope = Commands.NO_NOUN, function = "bench")
public final class BenchCommand implements Noun {
    private final ModelCatalog models;
    private final Benchmark benchmark;

    @Activate
    public BenchCommand(@Reference ModelCatalog models, @Reference Benchmark benchmark) {
        this.models = models;
        this.benchmark = benchmark;
    }

    @Override
    public String summary() {
        return "measure how fast a model runs here";
    }

    @Descriptor("measure how fast a model runs here, and how near that is to the machine's limits")
    public Object bench(
            CommandSession session,
            @Descriptor("folder or name of the model; the node's default without it")
                    @Parameter(
                            names = {"-m", "--model"},
                            absentValue = "")
                    @Nullable String model,
            @Descriptor("tokens of the prompt, 512 without it; 0 leaves it out")
                    @Parameter(
                            names = {"-p", "--prefill"},
                            absentValue = "512")
                    int prefill,
            @Descriptor("tokens to generate, 128 without it; 0 leaves it out")
                    @Parameter(
                            names = {"-n", "--decode"},
                            absentValue = "128")
                    int decode,
            @Descriptor("streams that generate together, 8 without it; 1 leaves it out")
                    @Parameter(
                            names = {"-s", "--streams"},
                            absentValue = "8")
                    int streams,
            @Descriptor("times that each is measured, 5 without it")
                    @Parameter(
                            names = {"-r", "--repetitions"},
                            absentValue = "5")
                    int repetitions,
            @Descriptor("threads to compute with, instead of the backend's own")
                    @Parameter(
                            names = {"-t", "--threads"},
                            absentValue = "")
                    @Nullable Integer threads,
            @Descriptor("kernels to compute with, instead of the best: compiled or vector")
                    @Parameter(
                            names = {"-k", "--kernels"},
                            absentValue = "")
                    @Nullable String kernels,
            @Descriptor("print all figures as JSON")
                    @Parameter(names = "--json", presentValue = "true", absentValue = "false")
                    boolean json)
            throws IOException, InterruptedException {
        var plan =
                new BenchPlan(
                        prefill,
                        decode,
                        streams,
                        repetitions,
                        threads == null ? OptionalInt.empty() : OptionalInt.of(threads),
                        Optional.ofNullable(kernels));
        var caller = Caller.of(session);
        var resolved = models.resolve(model == null ? "" : caller.model(model));
        try (var bar = new StepBar(caller)) {
            var report = benchmark.run(resolved, plan, bar::report);
            return json ? report : Tables.text(BenchRows.of(report));
        }
    }
}
