package dev.mens.tokenizer.text;

import dev.mens.diagnostics.Blame;
import dev.mens.diagnostics.Problem;

/// What can be wrong with a tokenizer's files, or with a text for it.
public enum TokenizerProblem implements Problem {
    MISSING(
            "missing",
            "%s holds no tokenizer",
            "get tokenizer.json, tokenizer.model, or vocab.json with merges.txt for this model"),
    MALFORMED("malformed", "%s: %s", "get the tokenizer's files again"),
    UNSUPPORTED(
            "unsupported",
            "%s: %s is not supported",
            "convert the tokenizer to a tokenizer.json of the common kinds"),
    TOO_LARGE("too-large", "%s: %s", "use a tokenizer within that limit"),
    BAD_REGEX("bad-regex", "the pattern \"%s\" is wrong: %s", "mend the pattern in tokenizer.json"),
    REGEX_TOO_SLOW(
            "regex-too-slow",
            "the pattern \"%s\" needs too many steps on a text of %d characters",
            "shorten the text, or mend the pattern in tokenizer.json"),
    NO_UNKNOWN_TOKEN(
            "no-unknown-token",
            "the text holds \"%s\", which is not in the vocabulary, and there is no unknown token",
            "leave that out, or give the tokenizer an unknown token");

    private final String id;
    private final String facts;
    private final String remedy;

    TokenizerProblem(String kebab, String facts, String remedy) {
        this.id = "vox/tokenizer/" + kebab;
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
