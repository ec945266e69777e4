package dev.mens.policy.donation;

import dev.mens.diagnostics.Blame;
import dev.mens.diagnostics.Problem;

/// What can be wrong with a policy of donations.
public enum PolicyProblem implements Problem {
    UNSOUND(
            "unsound",
            Blame.INPUT,
            "%s is not sound, so everything is refused: %s",
            "mend that line with an editor; `vox policy check` says whether all is well"),
    BAD_VALUE(
            "bad-value",
            Blame.INPUT,
            "%s was not changed: %s",
            "give true or false, a whole number, or a list such as '[\"a\", \"b\"]'"),
    UNKNOWN_KEY(
            "unknown-key",
            Blame.INPUT,
            "a policy has no key %s; it has %s",
            "choose one of them, or slot.KIND.max_concurrent or slot.KIND.weight_pct");

    private final String id;
    private final Blame blame;
    private final String facts;
    private final String remedy;

    PolicyProblem(String kebab, Blame blame, String facts, String remedy) {
        this.id = "vox/policy/" + kebab;
        this.blame = blame;
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
        return blame;
    }
}
