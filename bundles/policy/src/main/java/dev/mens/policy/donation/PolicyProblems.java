package dev.mens.policy.donation;

import dev.mens.diagnostics.Problem;
import dev.mens.diagnostics.ProblemCatalog;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/// Lets `vox explain` print what can be wrong with a policy.
@Component
public final class PolicyProblems implements ProblemCatalog {
    @Override
    public List<Problem> problems() {
        return List.of(PolicyProblem.values());
    }
}
