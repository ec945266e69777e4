package dev.mens.inference.bench;

import dev.mens.diagnostics.Blame;
import dev.mens.diagnostics.Problem;

/// What can be wrong with a measurement; published by the bundle `bench`.
public enum BenchProblem implements Problem {
    BAD_PLAN(
            "bad-plan",
            "%s is %d, but must be %d to %d",
            "give a value in that range, see `vox bench --help`"),
    NOTHING_TO_MEASURE(
            "nothing-to-measure",
            "neither prefill nor decode is asked for",
            "leave out --prefill 0 or --decode 0"),
    TOO_LONG(
            "too-long",
            "%d tokens do not fit the context of %s, which is %d",
            "give smaller numbers for --prefill and --decode"),
    NOT_ADJUSTABLE(
            "not-adjustable",
            "backend %s runs with its own threads and kernels only",
            "leave out --threads and --kernels"),
    NO_SUCH_KERNELS(
            "no-such-kernels", "%s has no kernels named %s here, but %s", "choose one of these");

    private final String id;
    private final String facts;
    private final String remedy;

    BenchProblem(String kebab, String facts, String remedy) {
        this.id = "vox/bench/" + kebab;
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
}
