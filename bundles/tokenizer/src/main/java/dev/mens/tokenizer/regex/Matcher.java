package dev.mens.tokenizer.regex;

import dev.mens.tokenizer.regex.Node.Place;
import dev.mens.tokenizer.text.CharSet;
import dev.mens.tokenizer.text.TokenizerProblem;
import dev.mens.tokenizer.text.Unicode;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Runs a {@link Program} over one text, as a back-tracking matcher would, in linear time.
///
/// A pattern without back-references fails from a state (instruction, place) no matter how the
/// state was reached. So states that have failed are remembered, across attempts too, and never
/// tried again. Remembering starts when an attempt has taken many steps; ordinary text never pays.
final class Matcher {
    private static final int PATIENCE = 256;
    private static final long MAX_MEMO_BYTES = 1 << 27;
    private static final long STEPS_BASE = 10_000_000;
    private static final long STEPS_PER_UNIT = 500;

    private final Program program;
    private final int[] code;
    private final CharSet[] sets;
    private final String text;
    private final int end;
    private final long budget;
    private long steps;
    private long patience;
    private long memoBytes;

    /// Frames of four: instruction, place, lowest place of a loop or -1, size of the trail.
    private int[] stack = new int[64];
    private int top;

    /// States (memo, place) of the path that is being tried.
    private int[] trail = new int[32];
    private int trailSize;
    private final long @Nullable [][] failed;

    Matcher(Program program, String text) {
        this.program = program;
        this.code = program.code();
        this.sets = program.sets();
        this.text = text;
        this.end = text.length();
        this.budget = STEPS_BASE + STEPS_PER_UNIT * end;
        this.failed = new long[program.memos()][];
    }

    /// @return where the match that starts exactly here ends, or -1
    int matchAt(int start) {
        var first = program.first();
        if (first != null && (start == end || !first.contains(text.codePointAt(start)))) {
            return -1;
        }
        patience = steps + PATIENCE;
        return run(0, start);
    }

    private int run(int startPc, int start) {
        int base = top;
        int trailBase = trailSize;
        int pc = startPc;
        int at = start;
        while (true) {
            if (++steps > budget) {
                throw TokenizerProblem.REGEX_TOO_SLOW.with(program.source(), end);
            }
            boolean matched;
            switch (code[pc]) {
                case Program.SET -> {
                    matched = false;
                    if (at < end) {
                        int c = text.codePointAt(at);
                        matched = sets[code[pc + 1]].contains(c);
                        at += c < 0x10000 ? 1 : 2;
                    }
                    pc += 2;
                }
                case Program.LOOP -> {
                    int far = farthest(pc, at);
                    matched = far >= 0;
                    if (matched) {
                        at = leaveLoop(pc, far, at);
                        pc += 3;
                    }
                }
                case Program.RUN -> {
                    at = skip(sets[code[pc + 1]], at);
                    matched = true;
                    pc += 2;
                }
                case Program.SPLIT -> {
                    int next = split(pc, at);
                    matched = next >= 0;
                    pc = next;
                }
                case Program.JUMP -> {
                    matched = true;
                    pc = code[pc + 1];
                }
                case Program.AT -> {
                    matched = isAt(program.places()[code[pc + 1]], at);
                    pc += 2;
                }
                case Program.LOOK -> {
                    matched = run(pc + 3, at) >= 0 == (code[pc + 2] == 0);
                    pc = code[pc + 1];
                }
                case Program.BEHIND -> {
                    int from = back(at, code[pc + 3]);
                    boolean found = from >= 0 && run(pc + 4, from) == at;
                    matched = found == (code[pc + 2] == 0);
                    pc = code[pc + 1];
                }
                case Program.ATOMIC -> {
                    at = run(pc + 2, at);
                    matched = at >= 0;
                    pc = code[pc + 1];
                }
                default -> {
                    forgetTrail(trailBase);
                    top = base;
                    return at;
                }
            }
            if (matched) {
                continue;
            }
            if (top == base) {
                trailSize = trailBase;
                return -1;
            }
            top -= 4;
            trailSize = stack[top + 3];
            pc = stack[top];
            at = stack[top + 1];
            int low = stack[top + 2];
            if (low >= 0) {
                at = leaveLoop(pc, text.offsetByCodePoints(at, -1), low);
                pc += 3;
            }
        }
    }

    /// The farthest place to which the loop may go, or -1 if all of them are known to fail.
    private int farthest(int pc, int start) {
        var set = sets[code[pc + 1]];
        var known = failed[code[pc + 2]];
        if (known == null) {
            int far = skip(set, start);
            return far;
        }
        if (isMarked(known, start)) {
            return -1;
        }
        int at = start;
        while (at < end) {
            int c = text.codePointAt(at);
            int next = at + (c < 0x10000 ? 1 : 2);
            if (!set.contains(c) || isMarked(known, next)) {
                break;
            }
            at = next;
        }
        steps += at - start;
        return at;
    }

    private int skip(CharSet set, int start) {
        int at = start;
        while (at < end) {
            int c = text.codePointAt(at);
            if (!set.contains(c)) {
                break;
            }
            at += c < 0x10000 ? 1 : 2;
        }
        steps += at - start;
        return at;
    }

    /// Goes on behind the loop from here; if that fails, from one code point before, down to `low`.
    private int leaveLoop(int pc, int at, int low) {
        if (at > low) {
            push(pc, at, low);
        }
        if (steps > patience) {
            mark(code[pc + 2], at);
        }
        return at;
    }

    private int split(int pc, int at) {
        int memo = code[pc + 3];
        if (code[pc + 6] != 0 && lastVisit(memo) == at) {
            return code[pc + code[pc + 6]]; // an empty turn ends the loop
        }
        var known = failed[memo];
        if (known != null && isMarked(known, at)) {
            return -1;
        }
        int firstX = code[pc + 4];
        int firstY = code[pc + 5];
        if (firstX >= 0 || firstY >= 0) {
            int c = at < end ? text.codePointAt(at) : -1;
            if (firstX >= 0 && !sets[firstX].contains(c)) {
                return code[pc + 2];
            }
            if (firstY >= 0 && !sets[firstY].contains(c)) {
                return code[pc + 1];
            }
        }
        if (steps > patience || code[pc + 6] != 0) {
            mark(memo, at);
        }
        push(code[pc + 2], at, -1);
        return code[pc + 1];
    }

    private void push(int pc, int at, int low) {
        if (top + 4 > stack.length) {
            stack = Arrays.copyOf(stack, stack.length * 2);
        }
        stack[top] = pc;
        stack[top + 1] = at;
        stack[top + 2] = low;
        stack[top + 3] = trailSize;
        top += 4;
    }

    private void mark(int memo, int at) {
        var known = failed[memo];
        if (known == null) {
            known = new long[(end >> 6) + 1];
            memoBytes += 8L * known.length;
            if (memoBytes > MAX_MEMO_BYTES) {
                throw TokenizerProblem.REGEX_TOO_SLOW.with(program.source(), end);
            }
            failed[memo] = known;
        }
        known[at >> 6] |= 1L << at;
        if (trailSize + 2 > trail.length) {
            trail = Arrays.copyOf(trail, trail.length * 2);
        }
        trail[trailSize++] = memo;
        trail[trailSize++] = at;
    }

    /// The states of a path that succeeded have not failed.
    private void forgetTrail(int base) {
        for (int i = base; i < trailSize; i += 2) {
            var known = failed[trail[i]];
            if (known != null) {
                known[trail[i + 1] >> 6] &= ~(1L << trail[i + 1]);
            }
        }
        trailSize = base;
    }

    /// Where the path that is being tried was last in this loop, or -1.
    private int lastVisit(int memo) {
        for (int i = trailSize - 2; i >= 0; i -= 2) {
            if (trail[i] == memo) {
                return trail[i + 1];
            }
            steps++;
        }
        return -1;
    }

    private static boolean isMarked(long[] known, int at) {
        return (known[at >> 6] & (1L << at)) != 0;
    }

    private int back(int at, int codePoints) {
        int from = at;
        for (int i = 0; i < codePoints; i++) {
            if (from == 0) {
                return -1;
            }
            from = text.offsetByCodePoints(from, -1);
        }
        return from;
    }

    private boolean isAt(Place place, int at) {
        return switch (place) {
            case TEXT_START -> at == 0;
            case TEXT_END -> at == end;
            case TEXT_END_LINE -> at == end || (at == end - 1 && text.charAt(at) == '\n');
            case LINE_START -> at == 0 || (at < end && text.charAt(at - 1) == '\n');
            case LINE_END -> at == end || text.charAt(at) == '\n';
            case WORD_EDGE -> isWordEdge(at);
            case NOT_WORD_EDGE -> !isWordEdge(at);
        };
    }

    private boolean isWordEdge(int at) {
        var word = Unicode.loneWord();
        boolean before = at > 0 && word.contains(text.codePointBefore(at));
        boolean after = at < end && word.contains(text.codePointAt(at));
        return before != after;
    }
}
