package dev.mens.compute;

import dev.mens.diagnostics.Blame;
import dev.mens.diagnostics.Problem;

/// What can be wrong with tensors and networks; published by the bundle `formats`.
public enum ComputeProblem implements Problem {
    BAD_SHAPE(
            "bad-shape",
            "%s is no tensor shape",
            "get the model again: a size in its header is negative or too large"),
    PARTIAL_BLOCK(
            "partial-block",
            "%d elements of %s are not whole blocks of %d",
            "quantize rows whose length is a multiple of the block, or keep them in F16"),
    SIZE_MISMATCH(
            "size-mismatch",
            "tensor %s: %s of %s does not take %d bytes",
            "get the model again: its header and its data differ"),
    SHAPE_MISMATCH(
            "shape-mismatch",
            "%s: expected %s, found %s",
            "check the sizes in the model's config.json against its weights"),
    UNSUPPORTED_DTYPE(
            "unsupported-dtype",
            "%s is stored as %s, which %s cannot compute with",
            "convert the model, for instance to BF16 or Q8_0");

    private final String id;
    private final String facts;
    private final String remedy;

    ComputeProblem(String kebab, String facts, String remedy) {
        this.id = "vox/compute/" + kebab;
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
