package dev.mens.shell;

import dev.mens.compute.Hardware;
import dev.mens.diagnostics.Blame;
import dev.mens.diagnostics.ProblemException;
import dev.mens.inference.Dispatcher;
import dev.mens.inference.Verdict;
import dev.mens.mesh.Mesh;
import dev.mens.model.ModelCatalog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.felix.hc.api.execution.HealthCheckExecutor;
import org.apache.felix.hc.api.execution.HealthCheckSelector;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/// `vox doctor`: what is wrong with this machine or with a model, and what to do.
@Component(service = Noun.class)
@GogoCommand(scope = Commands.NO_NOUN, function = "doctor")
public final class DoctorCommand implements Noun {
    private final Path home;
    private final ModelCatalog models;
    private final Dispatcher dispatcher;
    private final Hardware hardware;
    private final HealthCheckExecutor health;
    private final Mesh mesh;

    @Activate
    public DoctorCommand(
            BundleContext context,
            @Reference ModelCatalog models,
            @Reference Dispatcher dispatcher,
            @Reference Hardware hardware,
            @Reference HealthCheckExecutor health,
            @Reference Mesh mesh) {
        this.home = Path.of(context.getProperty("mens.home"));
        this.models = models;
        this.dispatcher = dispatcher;
        this.hardware = hardware;
        this.health = health;
        this.mesh = mesh;
    }

    @Override
    public String summary() {
        return "what is wrong here";
    }

    enum Status {
        OK,
        NOTE,
        BAD
    }

    /// @param remedy empty if there is nothing to do
    record Check(Status status, String what, String found, String remedy) {
        static Check ok(String what, String found) {
            return new Check(Status.OK, what, found, "");
        }

        static Check of(boolean good, String what, String found, String remedy) {
            return new Check(good ? Status.OK : Status.BAD, what, found, good ? "" : remedy);
        }
    }

    /// @param exitCode that of the problem found, or 2 if anything else is bad
    record Report(List<Check> checks, int exitCode) implements Outcome {
        static Report of(List<Check> checks) {
            boolean bad = checks.stream().anyMatch(check -> check.status() == Status.BAD);
            return new Report(checks, bad ? Blame.INFRASTRUCTURE.exitCode() : 0);
        }
    }

    @Descriptor("check this machine and node, or whether a model will run")
    public Report doctor(
            CommandSession session,
            @Descriptor("folder or name of a model to check instead")
                    @Parameter(
                            names = {"-m", "--model"},
                            absentValue = "")
                    @Nullable String model)
            throws IOException, InterruptedException {
        if (model != null) {
            return model(Caller.of(session).model(model));
        }
        var checks = new ArrayList<Check>();
        checks.addAll(Surroundings.of(home).checks());
        checks.addAll(probes());
        checks.addAll(backends());
        for (var finding : mesh.diagnose()) {
            checks.add(
                    Check.of(
                            finding.good(),
                            "mesh: " + finding.part(),
                            finding.found(),
                            finding.remedy()));
        }
        for (var result : health.execute(HealthCheckSelector.tags("node"))) {
            checks.add(
                    Check.of(
                            result.getHealthCheckResult().isOk(),
                            "health: " + result.getHealthCheckMetadata().getName(),
                            result.getHealthCheckResult().getStatus().toString(),
                            "see the node's log"));
        }
        return Report.of(checks);
    }

    private List<Check> probes() {
        var report = hardware.report();
        var checks = new ArrayList<Check>();
        var processor = report.processor();
        checks.add(
                Check.ok(
                        "processor",
                        "%s, %d cores, %s"
                                .formatted(
                                        processor.model(),
                                        processor.cores(),
                                        Tables.bytes(processor.memoryBytes()))));
        for (var attempt : report.attempts()) {
            var found =
                    attempt.outcome().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
            checks.add(
                    new Check(
                            Status.NOTE,
                            "probe " + attempt.probe(),
                            found + ": " + attempt.detail(),
                            ""));
        }
        return checks;
    }

    private List<Check> backends() {
        var backends = dispatcher.backends();
        var checks = new ArrayList<Check>();
        checks.add(
                Check.of(
                        !backends.isEmpty(),
                        "backends",
                        backends.size() + " present",
                        "put a backend's jar into " + home.resolve("deploy")));
        backends.forEach(b -> checks.add(Check.ok("backend " + b.id(), b.capabilities().detail())));
        return checks;
    }

    /// What the model is, and every backend's opinion of it.
    private Report model(String reference) throws IOException {
        var checks = new ArrayList<Check>();
        try {
            var model = models.resolve(reference);
            var facts = model.facts();
            checks.add(
                    Check.ok(
                            "model",
                            "%s: %s, %d parameters, %s"
                                    .formatted(
                                            model.name(),
                                            facts.family(),
                                            facts.parameters(),
                                            facts.quantization())));
            long cache = facts.keyValueBytesPerToken() * facts.contextTokens();
            checks.add(
                    Check.ok(
                            "memory",
                            "%s of weights, %s of cache for %d tokens"
                                    .formatted(
                                            Tables.bytes(facts.weightBytes()),
                                            Tables.bytes(cache),
                                            facts.contextTokens())));
            boolean runs = false;
            for (var candidate : dispatcher.route(model)) {
                boolean yes = candidate.verdict() instanceof Verdict.Yes;
                runs |= yes;
                checks.add(
                        new Check(
                                yes ? Status.OK : Status.NOTE,
                                "backend " + candidate.backend(),
                                candidate.verdict().reason(),
                                ""));
            }
            checks.add(Check.of(runs, "will run", runs ? "yes" : "no", "see the reasons above"));
        } catch (ProblemException problem) {
            var kind = problem.problem();
            checks.add(new Check(Status.BAD, kind.id(), problem.facts(), kind.remedy()));
            return new Report(checks, kind.blame().exitCode());
        }
        return Report.of(checks);
    }
}
