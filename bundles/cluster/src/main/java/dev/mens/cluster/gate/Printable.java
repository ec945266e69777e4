package dev.mens.cluster.gate;

/// Words of strangers, before anybody reads them in a log or on a terminal.
public final class Printable {
    private Printable() {}

    /// Shortened, and on one line without what could steer a terminal.
    public static String of(String foreign, int maxLength) {
        var printable = foreign.replaceAll("\\p{Cntrl}", " ");
        return printable.substring(0, Math.min(maxLength, printable.length()));
    }
}
