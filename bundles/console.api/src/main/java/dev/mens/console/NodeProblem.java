package dev.mens.console;

import dev.mens.diagnostics.Blame;
import dev.mens.diagnostics.Problem;

/// What can be wrong between a user and a node; published by the bundle `console`.
public enum NodeProblem implements Problem {
    HOME_IN_USE(
            "home-in-use",
            Blame.INFRASTRUCTURE,
            "%s is in use by the node with process id %s",
            "stop it with `vox node stop`, or set MENS_HOME to another folder"),
    HOME_UNUSABLE(
            "home-unusable",
            Blame.INFRASTRUCTURE,
            "%s cannot be used: %s",
            "make it a folder that you own and can write to, or set MENS_HOME to another one"),
    NOT_RUNNING(
            "not-running",
            Blame.FAILURE,
            "no node is running on %s",
            "start one with `vox node`, or set MENS_HOME to the running node's folder"),
    NO_START(
            "no-start",
            Blame.INFRASTRUCTURE,
            "the node did not start: %s",
            "read the log folder of MENS_HOME, and run `vox doctor` once it starts"),
    NO_ANSWER(
            "no-answer",
            Blame.INFRASTRUCTURE,
            "the node on %s broke the connection: %s",
            "look at its log, and start it again with `vox node`"),
    OTHER_VERSION(
            "other-version",
            Blame.INFRASTRUCTURE,
            "the node on %s speaks version %d of the protocol, this vox version %d",
            "stop the node with the vox that started it, and start it again"),
    BAD_INSTALLATION(
            "bad-installation",
            Blame.INFRASTRUCTURE,
            "%s is not complete: %s",
            "unpack or build the distribution again"),
    NOT_UTF8(
            "argument-not-utf8",
            Blame.INPUT,
            "argument %d is not UTF-8",
            "convert it, or give the text as UTF-8 on standard input");

    private final String id;
    private final Blame blame;
    private final String facts;
    private final String remedy;

    NodeProblem(String kebab, Blame blame, String facts, String remedy) {
        this.id = "vox/node/" + kebab;
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
