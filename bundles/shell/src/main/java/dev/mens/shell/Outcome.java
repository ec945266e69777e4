package dev.mens.shell;

/// Data that also say how the command went.
public interface Outcome {
    /// 0 ok, 1 failed, 2 infrastructure, 3 bad input.
    int exitCode();
}
