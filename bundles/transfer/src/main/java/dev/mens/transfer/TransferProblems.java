package dev.mens.transfer;

import dev.mens.diagnostics.Problem;
import dev.mens.diagnostics.ProblemCatalog;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/// Lets `vox explain` print what can be wrong with a transfer.
@Component
public final class TransferProblems implements ProblemCatalog {
    @Override
    public List<Problem> problems() {
        return List.of(TransferProblem.values());
    }
}
