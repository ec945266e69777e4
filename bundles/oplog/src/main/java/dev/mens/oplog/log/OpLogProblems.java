package dev.mens.oplog.log;

import dev.mens.diagnostics.Problem;
import dev.mens.diagnostics.ProblemCatalog;
import dev.mens.oplog.OpLogProblem;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/// Publishes {@link OpLogProblem} for `vox explain`.
@Component
public final class OpLogProblems implements ProblemCatalog {
    @Override
    public List<Problem> problems() {
        return List.of(OpLogProblem.values());
    }
}
