package dev.mens.crypto.identity;

import dev.mens.crypto.CryptoProblem;
import dev.mens.diagnostics.Problem;
import dev.mens.diagnostics.ProblemCatalog;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/// Publishes {@link CryptoProblem} for `vox explain`.
@Component
public final class CryptoProblems implements ProblemCatalog {
    @Override
    public List<Problem> problems() {
        return List.of(CryptoProblem.values());
    }
}
