package dev.mens.content;

import dev.mens.diagnostics.Blame;
import dev.mens.diagnostics.Problem;

/// What can be wrong with content and its store; published by the bundle `content`.
public enum ContentProblem implements Problem {
    BAD_ID(
            "bad-id",
            Blame.INPUT,
            "a content hash is %s, but must be %d bytes in hexadecimal",
            "copy the whole hash, as `vox model show` prints it"),
    BAD_PATH(
            "bad-path",
            Blame.INPUT,
            "a bundle cannot hold a file named %s",
            "rename it: no empty parts, no dots alone, no colons or backslashes"),
    BAD_MANIFEST(
            "bad-manifest",
            Blame.INPUT,
            "the manifest is not sound: %s",
            "import or pull the model again"),
    BAD_NAME(
            "bad-name",
            Blame.INPUT,
            "%s cannot name a model",
            "use up to 100 letters, digits, dots, dashes and underscores, not beginning with a"
                    + " dot or dash"),
    NO_SUCH_BUNDLE(
            "no-such-bundle",
            Blame.INPUT,
            "the store has no model %s%s",
            "see `vox model ls` (of a hash, give four digits or more), or add it with"
                    + " `vox model import`"),
    AMBIGUOUS("ambiguous", Blame.INPUT, "%s could mean %s", "give more digits of the hash"),
    NO_SOURCE(
            "no-source",
            Blame.INPUT,
            "there is nothing to import at %s",
            "check the path; a download must be complete on this machine"),
    INCOMPLETE(
            "incomplete",
            Blame.INPUT,
            "%s has no %s",
            "add the file: weights, tokenizer and config.json only make sense together"),
    NOT_EMPTY("not-empty", Blame.INPUT, "%s exists already", "name a folder that does not exist"),
    QUOTA_EXCEEDED(
            "quota-exceeded",
            Blame.INFRASTRUCTURE,
            "%s needs %d bytes, but the store holds %d of at most %d",
            "free space with `vox model rm`, or raise the quota"),
    NO_HOME(
            "no-home",
            Blame.INFRASTRUCTURE,
            "the node has no state folder (mens.home is not set)",
            "start the node with `vox`, which sets it"),
    OTHER_VERSION(
            "other-version",
            Blame.INFRASTRUCTURE,
            "%s was written by another version of Mens: %s",
            "use that version, or another state folder"),
    CORRUPT(
            "corrupt",
            Blame.FAILURE,
            "%d faults in the store, the first: %s",
            "import or pull the model again, which replaces what is damaged");

    private final String id;
    private final Blame blame;
    private final String facts;
    private final String remedy;

    ContentProblem(String kebab, Blame blame, String facts, String remedy) {
        this.id = "vox/store/" + kebab;
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
