package dev.mens.cluster;

import dev.mens.diagnostics.Problem;
import dev.mens.diagnostics.ProblemCatalog;
import dev.mens.mesh.MeshProblem;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/// Publishes {@link MeshProblem} for `vox explain`.
@Component
public final class MeshProblems implements ProblemCatalog {
    @Override
    public List<Problem> problems() {
        return List.of(MeshProblem.values());
    }
}
