package dev.mens.chat;

import dev.mens.diagnostics.Problem;
import dev.mens.diagnostics.ProblemCatalog;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/// Lists the problems of this bundle for `vox explain`.
@Component
public final class ChatProblems implements ProblemCatalog {

    @Override
    public List<Problem> problems() {
        return List.of(ChatProblem.values());
    }
}
