package dev.mens.crypto;

import dev.mens.diagnostics.Blame;
import dev.mens.diagnostics.Problem;

/// What can be wrong with keys and hashes; published by the bundle `crypto`.
public enum CryptoProblem implements Problem {
    BAD_KEY(
            "bad-key",
            Blame.INPUT,
            "a public key has %d bytes, but Ed25519 needs %d",
            "get the key again from its owner"),
    BAD_CHUNK_TREE(
            "bad-chunk-tree",
            Blame.INPUT,
            "a file of %d bytes in chunks of %d cannot have leaves of %d bytes",
            "get the manifest again"),
    NO_HOME(
            "no-home",
            Blame.INFRASTRUCTURE,
            "the node has no state folder (mens.home is not set)",
            "start the node with `vox`, which sets it"),
    IDENTITY_TOO_OPEN(
            "identity-too-open",
            Blame.INFRASTRUCTURE,
            "%s has permissions %s, so others could sign as this node",
            "run `chmod 600` on it, and delete it if somebody may have read it"),
    IDENTITY_DAMAGED(
            "identity-damaged",
            Blame.INFRASTRUCTURE,
            "%s is not an Ed25519 key in PEM: %s",
            "restore it from a backup, or delete it to get a new identity");

    private final String id;
    private final Blame blame;
    private final String facts;
    private final String remedy;

    CryptoProblem(String kebab, Blame blame, String facts, String remedy) {
        this.id = "vox/crypto/" + kebab;
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
