package dev.mens.shell;

import java.io.PrintStream;
import java.time.Duration;

/// A bar on standard error for what takes more than a second, if a person is watching.
final class Progress implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration STEP = Duration.ofMillis(120);
    private static final int WIDTH = 20;
    private static final String CLEAR_LINE = "\r\033[K";

    private final PrintStream err;
    private final String what;
    private final Thread painter;
    private boolean painted;
    private boolean ended;

    private Progress(Caller caller, String what) {
        this.err = caller.err();
        this.what = what;
        this.painter = Thread.ofVirtual().name("progress").unstarted(this::paint);
        if (caller.errorIsTerminal()) {
            painter.start();
        }
    }

    static Progress on(Caller caller, String what) {
        return new Progress(caller, what);
    }

    /// Removes the bar; idempotent.
    @Override
    public synchronized void close() {
        if (!ended && painted) {
            err.print(CLEAR_LINE);
            err.flush();
        }
        ended = true;
        painter.interrupt();
    }

    private void paint() {
        long begun = System.nanoTime();
        try {
            Thread.sleep(PATIENCE);
            for (int step = 0; step(step, System.nanoTime() - begun); step++) {
                Thread.sleep(STEP);
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean step(int step, long nanos) {
        if (ended) {
            return false;
        }
        int at = step % (2 * WIDTH);
        int mark = at < WIDTH ? at : 2 * WIDTH - at - 1;
        var bar = new StringBuilder().repeat('-', WIDTH).replace(mark, mark + 1, "#");
        err.print(CLEAR_LINE + "[" + bar + "] " + what + ", " + nanos / 1_000_000_000 + " s");
        err.flush();
        painted = true;
        return true;
    }
}
