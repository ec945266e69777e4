package dev.mens.diagnostics;

/// A {@link Problem} that has happened. Its message is what the user reads.
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;
    private final String facts;

    ProblemException(Problem problem, String facts) {
        super(problem.id() + " " + facts + ". Remedy: " + problem.remedy());
        this.problem = problem;
        this.facts = facts;
    }

    public Problem problem() {
        return problem;
    }

    /// The same problem for somebody who knows a place by another name than where it was found.
    public ProblemException restated(String place, String known) {
        var restated = new ProblemException(problem, facts.replace(place, known));
        restated.initCause(this);
        return restated;
    }

    /// What happened, without ID and remedy.
    public String facts() {
        return facts;
    }
}
