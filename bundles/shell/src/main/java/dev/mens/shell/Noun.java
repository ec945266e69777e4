package dev.mens.shell;

/// A class of commands, see the package.
public interface Noun {
    /// What the noun stands for, in one line.
    String summary();
}
