package dev.mens.chat.value;

/// What one rendering may cost, so that no template runs for ever or fills the memory. The
/// bounds grow with the size of the conversation, since an honest template's cost does.
public final class Budget {
    /// The longest text that a template may make or hold, in UTF-16 units.
    public static final int MAX_TEXT = 16 << 20;

    /// What one element of a list or dict counts, in units of text.
    private static final int ELEMENT = 32;

    private static final long STEPS = 20_000_000;
    private static final long UNITS = 64L << 20;
    private static final int DEPTH = 600;

    private long stepsLeft;
    private long unitsLeft;
    private int depth;

    /// @param inputUnits size of the conversation, in UTF-16 units and elements
    public Budget(long inputUnits) {
        this.stepsLeft = STEPS + 16 * inputUnits;
        this.unitsLeft = UNITS + 16 * inputUnits;
    }

    /// Pays for work: 1 is about one operation.
    public void work(long steps) {
        stepsLeft -= steps;
        if (stepsLeft < 0) {
            throw Fault.bounds("the template takes too many steps");
        }
    }

    /// Pays for reading a text once.
    public void read(String text) {
        work(1 + text.length() / 64);
    }

    /// Pays for a text before it is made.
    public void text(long length) {
        if (length > MAX_TEXT) {
            throw Fault.bounds("the template makes a text longer than " + MAX_TEXT);
        }
        spend(length);
        work(1 + length / 64);
    }

    /// Pays for the elements of a list, tuple or dict before they are made.
    public void elements(long count) {
        spend(count * ELEMENT);
        work(count);
    }

    /// One level of nesting deeper; {@link #leave} ends it.
    public void enter() {
        work(1);
        if (++depth > DEPTH) {
            throw Fault.bounds("the template nests deeper than " + DEPTH);
        }
    }

    public void leave() {
        depth--;
    }

    private void spend(long units) {
        unitsLeft -= units;
        if (unitsLeft < 0) {
            throw Fault.bounds("the template needs too much memory");
        }
    }
}
