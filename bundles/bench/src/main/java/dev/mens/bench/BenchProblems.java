package dev.mens.bench;

import dev.mens.diagnostics.Problem;
import dev.mens.diagnostics.ProblemCatalog;
import dev.mens.inference.bench.BenchProblem;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/// Lets `vox explain` print what can be wrong with a measurement.
@Component
public final class BenchProblems implements ProblemCatalog {
    @Override
    public List<Problem> problems() {
        return List.of(BenchProblem.values());
    }
}
