package dev.mens.shell;

import dev.mens.diagnostics.Problem;
import dev.mens.diagnostics.ProblemCatalog;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/// Publishes the problems of command lines.
@Component
public final class ShellProblems implements ProblemCatalog {
    @Override
    public List<Problem> problems() {
        return List.of(ShellProblem.values());
    }
}
