package dev.mens.backend.cpu;

import dev.mens.diagnostics.Blame;
import dev.mens.diagnostics.Problem;
import dev.mens.diagnostics.ProblemCatalog;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/// What can be wrong with this machine as a place to run models.
public enum CpuProblem implements Problem {
    NO_VECTOR_API(
            "no-vector-api",
            "the JVM runs without its Vector API, so %s is used, which is many times slower",
            "start java with --add-modules jdk.incubator.vector"),
    UNUSABLE_PANELS(
            "unusable-panels",
            "repacked weights that were kept from an earlier start are damaged: %s",
            "check the disk if this comes back: the weights are repacked and kept anew"),
    OTHER_PANELS(
            "other-panels",
            "%s was kept by another version of Mens (%s)",
            "let it be replaced: the weights are repacked and kept anew"),
    BAD_KEYS_AND_VALUES(
            "bad-keys-and-values",
            "keysAndValues is \"%s\", which is none of auto, f32 and f16, so it is auto",
            "correct it in MENS_HOME/config/dev.mens.backend.cpu.CpuBackend.cfg");

    private final String id;
    private final String facts;
    private final String remedy;

    CpuProblem(String kebab, String facts, String remedy) {
        this.id = "vox/cpu/" + kebab;
        this.facts = facts;
        this.remedy = remedy;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String facts() {
        return facts;
    }

    @Override
    public String remedy() {
        return remedy;
    }

    @Override
    public Blame blame() {
        return Blame.INFRASTRUCTURE;
    }

    /// Lets `vox explain` print them.
    @Component
    public static final class Catalog implements ProblemCatalog {
        @Override
        public List<Problem> problems() {
            return List.of(values());
        }
    }
}
