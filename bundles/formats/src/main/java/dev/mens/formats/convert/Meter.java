package dev.mens.formats.convert;

import dev.mens.model.ModelImporter.Progress;

/// Counts what an import has read, tells its progress, and stops it when it is interrupted.
public final class Meter {
    private final Progress progress;
    private final long totalBytes;
    private String step = "";
    private long doneBytes;

    public Meter(Progress progress, long totalBytes) {
        this.progress = progress;
        this.totalBytes = totalBytes;
    }

    public void step(String name) {
        step = name;
        progress.report(step, doneBytes, totalBytes);
    }

    public void advance(long bytes) throws InterruptedException {
        doneBytes = Math.min(totalBytes, doneBytes + bytes);
        progress.report(step, doneBytes, totalBytes);
        if (Thread.interrupted()) {
            throw new InterruptedException("import interrupted");
        }
    }
}
