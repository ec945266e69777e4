package dev.mens.console.local;

import dev.mens.console.NodeProblem;
import dev.mens.diagnostics.Problem;
import dev.mens.diagnostics.ProblemCatalog;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/// Publishes the problems of nodes and clients, whose code runs outside of OSGi.
@Component
public final class NodeProblems implements ProblemCatalog {
    @Override
    public List<Problem> problems() {
        return List.of(NodeProblem.values());
    }
}
