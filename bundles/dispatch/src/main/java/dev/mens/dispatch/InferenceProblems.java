package dev.mens.dispatch;

import dev.mens.diagnostics.Problem;
import dev.mens.diagnostics.ProblemCatalog;
import dev.mens.inference.InferenceProblem;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/// Lets `vox explain` print what can be wrong with a request.
@Component
public final class InferenceProblems implements ProblemCatalog {
    @Override
    public List<Problem> problems() {
        return List.of(InferenceProblem.values());
    }
}
