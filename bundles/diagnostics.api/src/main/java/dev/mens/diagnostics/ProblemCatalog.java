package dev.mens.diagnostics;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/// The problems that one bundle can raise; every bundle with a `…Problem` enum registers one.
@ConsumerType
public interface ProblemCatalog {
    List<Problem> problems();
}
