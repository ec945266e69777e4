package dev.mens.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mens.diagnostics.Problem;
import dev.mens.diagnostics.ProblemException;
import org.junit.jupiter.api.function.Executable;

/// Expects a diagnosis.
public final class Problems {
    private Problems() {}

    public static ProblemException expect(Problem expected, Executable action) {
        var exception = assertThrows(ProblemException.class, action);
        assertEquals(expected, exception.problem(), exception::getMessage);
        return exception;
    }
}
