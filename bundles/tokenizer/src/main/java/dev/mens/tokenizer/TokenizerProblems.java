package dev.mens.tokenizer;

import dev.mens.diagnostics.Problem;
import dev.mens.diagnostics.ProblemCatalog;
import dev.mens.tokenizer.text.TokenizerProblem;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/// Lets `vox explain` print the problems of tokenizers.
@Component
public final class TokenizerProblems implements ProblemCatalog {
    @Override
    public List<Problem> problems() {
        return List.of(TokenizerProblem.values());
    }
}
