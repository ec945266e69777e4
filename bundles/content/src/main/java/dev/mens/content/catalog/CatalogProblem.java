package dev.mens.content.catalog;

import dev.mens.diagnostics.Blame;
import dev.mens.diagnostics.Problem;

/// What can be wrong with a reference to a model, or with the model's folder.
enum CatalogProblem implements Problem {
    NO_SUCH_MODEL(
            "no-such-model",
            "there is no model %s%s",
            "name a model that `vox model ls` shows, or the path of a model folder"),
    AMBIGUOUS("ambiguous-reference", "%s could mean %s", "give more of the name or of the hash"),
    NO_DEFAULT(
            "no-default",
            "the installation has no default model (mens.dist is %s)",
            "name a model, or install Mens again"),
    NOT_READABLE("not-readable", "%s cannot be read: %s", "check the file and its permissions"),
    NOT_A_MODEL(
            "not-a-model",
            "%s is not in a model folder: %s",
            "give a folder that holds config.json, or convert the file with `vox model import`"),
    NO_CONFIG(
            "no-config",
            "%s has no config.json",
            "add the config.json that was published with the weights; only a GGUF has its own"),
    BAD_CONFIG(
            "bad-config",
            "%s is not a JSON object: %s",
            "get the file again from where the model was published"),
    CONFIG_TOO_LARGE(
            "config-too-large",
            "%s has %d bytes, more than the %d that a configuration can need",
            "get the file again from where the model was published"),
    NOT_UTF8("not-utf8", "%s is not UTF-8: byte %d", "save the file as UTF-8"),
    ABSURD_NUMBER(
            "absurd-number",
            "%s says %s is %s, but it must be a whole number from 0 to %d",
            "correct the number, or get the file again"),
    NO_TOKENIZER(
            "no-tokenizer",
            "%s has no tokenizer.json, tokenizer.model, or vocab.json with merges.txt",
            "copy the model's tokenizer into the folder; weights are of no use without it"),
    NO_WEIGHTS(
            "no-weights",
            "%s has neither model.safetensors nor model.safetensors.index.json%s",
            "use `vox model import`, which converts other formats to SafeTensors");

    private final String id;
    private final String facts;
    private final String remedy;

    CatalogProblem(String kebab, String facts, String remedy) {
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
        return this == NO_DEFAULT ? Blame.INFRASTRUCTURE : Blame.INPUT;
    }
}
