package dev.mens.dispatch;

import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.function.BooleanSupplier;

/// Limits how many requests run at once; the others go first come, first served. Among those that
/// run, a backend's engine is fair by itself: it advances all of them in each step.
final class Turns {
    private final int limit;
    private final Signal signal;
    private final SequencedSet<Turn> waiting = new LinkedHashSet<>();
    private int running;

    Turns(int limit, Signal signal) {
        this.limit = limit;
        this.signal = signal;
    }

    /// Joins the queue's end; close the turn when the request is over.
    synchronized Turn ask() {
        var turn = new Turn();
        waiting.add(turn);
        return turn;
    }

    private synchronized boolean grant(Turn turn) {
        if (turn.granted) {
            return true;
        }
        if (turn.over || running >= limit || waiting.getFirst() != turn) {
            return false;
        }
        waiting.removeFirst();
        running++;
        turn.granted = true;
        return true;
    }

    private synchronized boolean release(Turn turn) {
        if (turn.over) {
            return false;
        }
        turn.over = true;
        if (turn.granted) {
            running--;
        } else {
            waiting.remove(turn);
        }
        return true;
    }

    /// A place in the queue, then the right to run.
    final class Turn implements AutoCloseable {
        private boolean granted;
        private boolean over;

        /// Whether it is this request's turn by now.
        boolean now() {
            boolean granted = grant(this);
            if (granted) {
                ringForTheNext();
            }
            return granted;
        }

        /// Waits for the turn, or until `cancelled`.
        void await(BooleanSupplier cancelled) throws InterruptedException {
            boolean first = grant(this);
            if (!first) {
                signal.await(() -> cancelled.getAsBoolean() || grant(this));
            }
            ringForTheNext();
        }

        /// The next in line may have a place too, and looked before this one left the queue.
        private void ringForTheNext() {
            signal.ring();
        }

        @Override
        public void close() {
            if (release(this)) {
                signal.ring();
            }
        }
    }
}
