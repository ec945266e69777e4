package dev.mens.transformer;

import dev.mens.diagnostics.Blame;
import dev.mens.diagnostics.Problem;
import dev.mens.diagnostics.ProblemCatalog;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/// What can be wrong with a model's description.
public enum TransformerProblem implements Problem {
    UNKNOWN_ARCHITECTURE(
            "unknown-architecture",
            "%s is of the family %s, which is none of %s",
            "choose a model of a listed family, or a backend that knows this one"),
    NO_CONFIG(
            "config-missing",
            "%s has no %s",
            "name a model folder, with config.json beside the weights, or import the model first"),
    CONFIG_NOT_JSON(
            "config-not-json", "%s is not sound JSON: %s", "get the file again from its publisher"),
    BAD_CONFIG(
            "bad-setting",
            "%s: %s is %s, but must be %s",
            "correct the file, or get it again from the model's publisher"),
    UNSUPPORTED_FEATURE(
            "unsupported-feature",
            "%s asks for %s, which is not supported",
            "choose another model, or a backend that knows this one"),
    MISSING_TENSOR(
            "missing-tensor",
            "%s has no tensor %s, which a %s needs",
            "check model_type and the sizes in config.json, or get the weights again");

    private final String id;
    private final String facts;
    private final String remedy;

    TransformerProblem(String kebab, String facts, String remedy) {
        this.id = "vox/model/" + kebab;
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
        return Blame.INPUT;
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
