package dev.mens.formats;

import dev.mens.compute.ComputeProblem;
import dev.mens.diagnostics.Problem;
import dev.mens.diagnostics.ProblemCatalog;
import java.util.List;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Component;

/// Publishes the problems of files, and those of tensors, whose bundle holds contracts only.
@Component
public final class FormatProblems implements ProblemCatalog {

    @Override
    public List<Problem> problems() {
        return Stream.<Problem>concat(
                        Stream.of(FormatProblem.values()), Stream.of(ComputeProblem.values()))
                .toList();
    }
}
