package dev.mens.tokenizer.split;

import dev.mens.tokenizer.text.IntSequence;
import dev.mens.tokenizer.text.Text;
import java.util.function.Consumer;

/// What becomes of the delimiters that a pre-tokenizer finds.
public enum Behavior {
    REMOVED,
    ISOLATED,
    MERGED_WITH_PREVIOUS,
    MERGED_WITH_NEXT,
    CONTIGUOUS;

    /// The spans of one text, matches and gaps in order, as triples (start, end, match).
    static final class Spans {
        private final IntSequence triples = new IntSequence();

        void add(int start, int end, boolean match) {
            triples.add(start);
            triples.add(end);
            triples.add(match ? 1 : 0);
        }

        private int start(int i) {
            return triples.get(3 * i);
        }

        private int end(int i) {
            return triples.get(3 * i + 1);
        }

        private boolean match(int i) {
            return triples.get(3 * i + 2) != 0;
        }

        private int size() {
            return triples.size() / 3;
        }
    }

    void apply(Text text, Spans spans, Consumer<Text> out) {
        switch (this) {
            case REMOVED -> removed(text, spans, out);
            case ISOLATED -> {
                for (int i = 0; i < spans.size(); i++) {
                    emit(text, spans.start(i), spans.end(i), out);
                }
            }
            case CONTIGUOUS -> contiguous(text, spans, out);
            case MERGED_WITH_PREVIOUS -> mergedWithPrevious(text, spans, out);
            case MERGED_WITH_NEXT -> mergedWithNext(text, spans, out);
        }
    }

    private static void removed(Text text, Spans spans, Consumer<Text> out) {
        for (int i = 0; i < spans.size(); i++) {
            if (!spans.match(i)) {
                emit(text, spans.start(i), spans.end(i), out);
            }
        }
    }

    private static void contiguous(Text text, Spans spans, Consumer<Text> out) {
        int i = 0;
        while (i < spans.size()) {
            int last = i;
            while (last + 1 < spans.size() && spans.match(last + 1) == spans.match(i)) {
                last++;
            }
            emit(text, spans.start(i), spans.end(last), out);
            i = last + 1;
        }
    }

    /// A match joins what is before it, unless that is a match too.
    private static void mergedWithPrevious(Text text, Spans spans, Consumer<Text> out) {
        int i = 0;
        while (i < spans.size()) {
            boolean joins = !spans.match(i) && i + 1 < spans.size() && spans.match(i + 1);
            emit(text, spans.start(i), spans.end(joins ? i + 1 : i), out);
            i += joins ? 2 : 1;
        }
    }

    /// A match joins what is after it; of several in a row only the last one does.
    private static void mergedWithNext(Text text, Spans spans, Consumer<Text> out) {
        int i = 0;
        while (i < spans.size()) {
            boolean joins = spans.match(i) && i + 1 < spans.size() && !spans.match(i + 1);
            emit(text, spans.start(i), spans.end(joins ? i + 1 : i), out);
            i += joins ? 2 : 1;
        }
    }

    private static void emit(Text text, int start, int end, Consumer<Text> out) {
        if (start < end) {
            out.accept(text.slice(start, end));
        }
    }
}
