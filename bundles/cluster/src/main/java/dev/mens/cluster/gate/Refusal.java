package dev.mens.cluster.gate;

import dev.mens.diagnostics.Blame;
import dev.mens.diagnostics.Problem;
import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.MeshProblem;
import java.util.Arrays;

/// A problem that the other side has raised, with the facts as it saw them.
record Refusal(MeshProblem kind, String facts) implements Problem {
    private static final int MAX_FACTS = 300;

    /// @param facts from a stranger
    static ProblemException of(String id, String facts) {
        var kind =
                Arrays.stream(MeshProblem.values())
                        .filter(problem -> problem.id().equals(id))
                        .findFirst()
                        .orElse(MeshProblem.REFUSED);
        var shown = Printable.of(facts, MAX_FACTS);
        return new Refusal(kind, "the peer turns this node away: " + shown.replace("%", "%%"))
                .with();
    }

    @Override
    public String id() {
        return kind.id();
    }

    @Override
    public String remedy() {
        return kind.remedy();
    }

    @Override
    public Blame blame() {
        return kind.blame();
    }
}
