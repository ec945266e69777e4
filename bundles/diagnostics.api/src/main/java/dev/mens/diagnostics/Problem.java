package dev.mens.diagnostics;

import org.osgi.annotation.versioning.ConsumerType;

/// One kind of error, implemented by the `…Problem` enum of the bundle that raises it.
@ConsumerType
public interface Problem {

    /// `vox/<category>/<kebab>`; append-only, never reused.
    String id();

    /// What went wrong, a {@link String#format} pattern for the facts.
    String facts();

    /// What the reader can do about it, one imperative sentence.
    String remedy();

    /// Whose fault it is, which decides the exit code.
    Blame blame();

    /// This problem with its facts filled in, ready to throw.
    default ProblemException with(Object... values) {
        return new ProblemException(this, facts().formatted(values));
    }

    /// As {@link #with}, keeping the exception that revealed it.
    default ProblemException because(Throwable cause, Object... values) {
        var exception = with(values);
        exception.initCause(cause);
        return exception;
    }
}
