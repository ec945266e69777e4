package dev.mens.oplog;

import dev.mens.diagnostics.Blame;
import dev.mens.diagnostics.Problem;

/// What can be wrong with the op-log and its entries; published by the bundle `oplog`.
public enum OpLogProblem implements Problem {
    BAD_ID(
            "bad-id",
            Blame.INPUT,
            "an entry's id is %s, but must be 32 bytes in hexadecimal",
            "copy the digits from `vox log ls`"),
    BAD_OP("bad-op", Blame.FAILURE, "the log cannot take this: %s", "report it as a bug"),
    NO_SUCH_ENTRY(
            "no-such-entry",
            Blame.INPUT,
            "the log has no entry %s",
            "see `vox log ls` for those it has"),
    AMBIGUOUS("ambiguous", Blame.INPUT, "%s could mean %s", "give more digits"),
    NO_HOME(
            "no-home",
            Blame.INFRASTRUCTURE,
            "the node has no state folder (mens.home is not set)",
            "start the node with `vox`, which sets it"),
    IN_USE(
            "in-use",
            Blame.INFRASTRUCTURE,
            "another process writes the log in %s",
            "stop that node, or use another MENS_HOME"),
    DAMAGED(
            "damaged",
            Blame.INFRASTRUCTURE,
            "the log is damaged: %s",
            "keep a copy of MENS_HOME/oplog, then move it away: the mesh brings all entries back"),
    OTHER_VERSION(
            "other-version",
            Blame.INFRASTRUCTURE,
            "%s was written by another version of Mens: %s",
            "use that version, or another state folder"),
    CLOSED(
            "closed",
            Blame.INFRASTRUCTURE,
            "the log took no entry: %s",
            "see the node's log; free space on the disk if it is full, and start the node again"),
    MALFORMED(
            "malformed",
            Blame.FAILURE,
            "an entry is not sound: %s",
            "update the peer that sent it"),
    FUTURE_VERSION(
            "future-version",
            Blame.FAILURE,
            "an entry has version %d, this node knows versions up to %d",
            "update this node"),
    BAD_SIGNATURE(
            "bad-signature",
            Blame.FAILURE,
            "entry %s is not signed by its author %s",
            "see who sent it in the node's log, and remove that peer"),
    FORKED(
            "forked",
            Blame.FAILURE,
            "%s signed two different entries %d of class %s: %s is kept, %s refused",
            "its identity runs on two nodes: give one of them a new MENS_HOME"),
    NOT_ADMITTED(
            "not-admitted",
            Blame.FAILURE,
            "entry %s is by %s, who was never admitted to this mesh",
            "invite that node with `vox mesh invite`");

    private final String id;
    private final Blame blame;
    private final String facts;
    private final String remedy;

    OpLogProblem(String kebab, Blame blame, String facts, String remedy) {
        this.id = "vox/oplog/" + kebab;
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
