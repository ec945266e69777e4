package dev.mens.shell;

import dev.mens.diagnostics.Blame;
import dev.mens.diagnostics.NearNames;
import dev.mens.diagnostics.Problem;
import dev.mens.diagnostics.ProblemCatalog;
import java.util.Comparator;
import java.util.List;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/// `vox explain`: what a diagnostic means.
@Component(service = Noun.class)
@GogoCommand(scope = Commands.NO_NOUN, function = "explain")
public final class ExplainCommand implements Noun {
    @Reference private volatile List<ProblemCatalog> catalogs = List.of();

    @Override
    public String summary() {
        return "explain a diagnostic";
    }

    record Explanation(String id, String facts, String remedy, Blame blame, int exitCode) {
        static Explanation of(Problem problem) {
            return new Explanation(
                    problem.id(),
                    problem.facts().replaceAll("%[sd]", "…"),
                    problem.remedy(),
                    problem.blame(),
                    problem.blame().exitCode());
        }
    }

    record Line(String id, String remedy) {}

    @Descriptor("explain a diagnostic, or list all of them")
    public Object explain(
            @Descriptor("[ID] such as vox/inference/no-backend") @Nullable String id) {
        var problems =
                catalogs.stream()
                        .flatMap(catalog -> catalog.problems().stream())
                        .sorted(Comparator.comparing(Problem::id))
                        .toList();
        if (id == null) {
            return problems.stream().map(p -> new Line(p.id(), p.remedy())).toList();
        }
        return problems.stream()
                .filter(problem -> problem.id().equals(id))
                .findFirst()
                .map(Explanation::of)
                .orElseThrow(
                        () ->
                                ShellProblem.UNKNOWN_ID.with(
                                        id,
                                        NearNames.hint(
                                                id, problems.stream().map(Problem::id).toList())));
    }
}
