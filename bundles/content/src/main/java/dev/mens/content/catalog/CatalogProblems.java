package dev.mens.content.catalog;

import dev.mens.diagnostics.Problem;
import dev.mens.diagnostics.ProblemCatalog;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/// Publishes {@link CatalogProblem} for `vox explain`.
@Component
public final class CatalogProblems implements ProblemCatalog {
    @Override
    public List<Problem> problems() {
        return List.of(CatalogProblem.values());
    }
}
