package dev.mens.diagnostics;

/// Who can mend a problem, and with which exit code a command ends.
public enum Blame {
    /// The work was tried and failed.
    FAILURE(1),
    /// The machine, the network or the installation.
    INFRASTRUCTURE(2),
    /// What the user typed or the file the user gave.
    INPUT(3);

    private final int exitCode;

    Blame(int exitCode) {
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }
}
