package dev.mens.content.store;

import dev.mens.content.ContentProblem;
import dev.mens.diagnostics.Problem;
import dev.mens.diagnostics.ProblemCatalog;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/// Publishes {@link ContentProblem} for `vox explain`.
@Component
public final class ContentProblems implements ProblemCatalog {
    @Override
    public List<Problem> problems() {
        return List.of(ContentProblem.values());
    }
}
