package dev.mens.tokenizer.model;

import dev.mens.tokenizer.text.IntSequence;
import dev.mens.tokenizer.text.LongTable;
import dev.mens.tokenizer.text.TokenizerProblem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Byte-pair encoding: the neighbours whose merge ranks first are joined, again and again.
///
/// A priority queue of merges over a linked list makes it O(n log n) for any text.
///
/// @see <a href="https://arxiv.org/abs/1508.07909">Sennrich et al. 2016, section 3.2</a>
public final class BytePairs implements SubwordModel {

    /// @param unknown null if characters that are not in the vocabulary vanish
    /// @param prefix of each character but a word's first; may be empty
    /// @param suffix of a word's last character; may be empty
    public record Options(
            @Nullable String unknown,
            String prefix,
            String suffix,
            boolean fuseUnknown,
            boolean byteFallback,
            boolean ignoreMerges) {}

    private static final int SPACE_MARK = '▁';

    private final Vocabulary vocabulary;
    private final Options options;

    /// Left and right id to rank and id of the merged token.
    private final LongTable merges;

    private final int[] byteTokens;
    private final int[] basic = new int[0x250];
    private final boolean cutsAtMark;
    private final WordCache cache = new WordCache();

    /// @param pairs left and right token of each merge, best first
    public BytePairs(Vocabulary vocabulary, List<String[]> pairs, Options options) {
        this.vocabulary = vocabulary;
        this.options = options;
        this.byteTokens = vocabulary.byteTokens();
        this.merges = new LongTable(pairs.size());
        boolean crossesMark = false;
        for (int rank = 0; rank < pairs.size(); rank++) {
            var left = pairs.get(rank)[0];
            var right = pairs.get(rank)[1];
            addMerge(left, right, rank);
            crossesMark |= right.startsWith("▁") && left.chars().anyMatch(c -> c != SPACE_MARK);
        }
        boolean plain = options.prefix().isEmpty() && options.suffix().isEmpty();
        this.cutsAtMark = plain && !crossesMark && vocabulary.id("▁") >= 0;
        for (int c = 0; c < basic.length; c++) {
            basic[c] = vocabulary.id(String.valueOf((char) c));
        }
    }

    private void addMerge(String left, String right, int rank) {
        int a = idOf(left);
        int b = idOf(right);
        if (right.length() < options.prefix().length()) {
            throw TokenizerProblem.MALFORMED.with("merges", "\"" + right + "\" has no prefix");
        }
        int merged = idOf(left + right.substring(options.prefix().length()));
        merges.put(pair(a, b), ((long) rank << 32) | merged);
    }

    private int idOf(String token) {
        int id = vocabulary.id(token);
        if (id < 0) {
            throw TokenizerProblem.MALFORMED.with(
                    "merges", "\"" + token + "\" is not in the vocabulary");
        }
        return id;
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    @Override
    public void encode(String piece, IntSequence out) {
        if (options.ignoreMerges()) {
            int whole = vocabulary.id(piece);
            if (whole >= 0) {
                out.add(whole);
                return;
            }
        }
        if (!cutsAtMark) {
            encodeWord(piece, out);
            return;
        }
        // No merge joins something with a space mark behind it, so these are cuts that no merge
        // crosses: words can be encoded alone, and remembered.
        int start = 0;
        for (int i = 1; i < piece.length(); i++) {
            if (piece.charAt(i) == SPACE_MARK && piece.charAt(i - 1) != SPACE_MARK) {
                encodeWord(piece.substring(start, i), out);
                start = i;
            }
        }
        encodeWord(start == 0 ? piece : piece.substring(start), out);
    }

    private void encodeWord(String word, IntSequence out) {
        var known = cache.get(word);
        if (known == null) {
            var symbols = new Symbols(word.length());
            spell(word, symbols);
            known = symbols.merge();
            cache.put(word, known);
        }
        out.addAll(known);
    }

    /// Writes the characters of a word as symbols, before any merge.
    private void spell(String word, Symbols symbols) {
        int length = word.length();
        boolean unknownWaits = false;
        int at = 0;
        while (at < length) {
            int c = word.codePointAt(at);
            int next = at + Character.charCount(c);
            int id = idOfChar(c, at == 0, next == length);
            if (id >= 0) {
                if (unknownWaits) {
                    symbols.add(unknownId());
                    unknownWaits = false;
                }
                symbols.add(id);
            } else if (!options.byteFallback()
                    || !spellBytes(c, at == 0, next == length, symbols)) {
                if (options.unknown() != null) {
                    // An unknown waits until a known character follows, as bytes do not.
                    if (unknownWaits && !options.fuseUnknown()) {
                        symbols.add(unknownId());
                    }
                    unknownId();
                    unknownWaits = true;
                }
            }
            at = next;
        }
        if (unknownWaits) {
            symbols.add(unknownId());
        }
    }

    private int idOfChar(int c, boolean first, boolean last) {
        boolean bare =
                (first || options.prefix().isEmpty()) && (!last || options.suffix().isEmpty());
        if (bare && c < basic.length) {
            return basic[c];
        }
        return vocabulary.id(bare ? Character.toString(c) : dressed(c, first, last));
    }

    private String dressed(int c, boolean first, boolean last) {
        return (first ? "" : options.prefix())
                + Character.toString(c)
                + (last ? options.suffix() : "");
    }

    private boolean spellBytes(int c, boolean first, boolean last, Symbols symbols) {
        byte[] bytes = dressed(c, first, last).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        for (byte b : bytes) {
            if (byteTokens[b & 0xFF] < 0) {
                return false;
            }
        }
        for (byte b : bytes) {
            symbols.add(byteTokens[b & 0xFF]);
        }
        return true;
    }

    private int unknownId() {
        int id = vocabulary.id(options.unknown());
        if (id < 0) {
            throw TokenizerProblem.NO_UNKNOWN_TOKEN.with(options.unknown());
        }
        return id;
    }

    private static long pair(int left, int right) {
        return ((long) left << 32) | right;
    }

    /// The symbols of one word as a linked list, and the merges that are possible now.
    private final class Symbols {
        private int[] ids;
        private int[] previous;
        private int[] next;
        private int size;
        private long[] heap;
        private int heapSize;

        Symbols(int capacity) {
            ids = new int[capacity + 4];
        }

        void add(int id) {
            if (size == ids.length) {
                ids = java.util.Arrays.copyOf(ids, size * 2);
            }
            ids[size++] = id;
        }

        int[] merge() {
            if (size < 2) {
                return java.util.Arrays.copyOf(ids, size);
            }
            previous = new int[size];
            next = new int[size];
            heap = new long[size];
            for (int i = 0; i < size; i++) {
                previous[i] = i - 1;
                next[i] = i + 1 < size ? i + 1 : -1;
            }
            for (int i = 0; i + 1 < size; i++) {
                offer(i);
            }
            while (heapSize > 0) {
                join(poll());
            }
            return rest();
        }

        private void join(long top) {
            int left = (int) top;
            if (ids[left] < 0 || next[left] < 0) {
                return;
            }
            int right = next[left];
            long found = merges.get(pair(ids[left], ids[right]));
            if (found == LongTable.ABSENT || found >>> 32 != top >>> 32) {
                return; // the pair has changed since
            }
            ids[left] = (int) found;
            ids[right] = -1;
            next[left] = next[right];
            if (next[right] >= 0) {
                previous[next[right]] = left;
                offer(left);
            }
            if (previous[left] >= 0) {
                offer(previous[left]);
            }
        }

        private void offer(int left) {
            long found = merges.get(pair(ids[left], ids[next[left]]));
            if (found != LongTable.ABSENT) {
                push((found >>> 32 << 32) | left);
            }
        }

        private int[] rest() {
            int count = 0;
            for (int i = 0; i >= 0; i = next[i]) {
                ids[count++] = ids[i];
            }
            return java.util.Arrays.copyOf(ids, count);
        }

        private void push(long entry) {
            if (heapSize == heap.length) {
                heap = java.util.Arrays.copyOf(heap, heapSize * 2);
            }
            int at = heapSize++;
            while (at > 0) {
                int parent = (at - 1) >>> 1;
                if (heap[parent] <= entry) {
                    break;
                }
                heap[at] = heap[parent];
                at = parent;
            }
            heap[at] = entry;
        }

        private long poll() {
            long best = heap[0];
            long last = heap[--heapSize];
            int at = 0;
            while (true) {
                int child = 2 * at + 1;
                if (child >= heapSize) {
                    break;
                }
                if (child + 1 < heapSize && heap[child + 1] < heap[child]) {
                    child++;
                }
                if (heap[child] >= last) {
                    break;
                }
                heap[at] = heap[child];
                at = child;
            }
            heap[at] = last;
            return best;
        }
    }
}
