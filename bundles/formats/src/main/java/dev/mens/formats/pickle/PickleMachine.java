package dev.mens.formats.pickle;

import dev.mens.diagnostics.ProblemException;
import dev.mens.formats.FormatProblem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Python's pickle machine without the power to run anything: a call of a name that is not on
/// the allow-list ends the import, and what is on it makes data.
///
/// @see <a href="https://github.com/python/cpython/blob/main/Lib/pickletools.py">the opcodes</a>
final class PickleMachine {
    /// Pushes and memo entries of one pickle. A checkpoint of 50 000 tensors needs less, and no
    /// pickle costs more memory than this many small objects.
    private static final int MAX_STEPS = 2_000_000;

    private final PickleInput in;
    private final List<@Nullable PickleValue> stack = new ArrayList<>();
    private final List<Integer> marks = new ArrayList<>();
    private final Map<Long, PickleValue> memo = new HashMap<>();
    private final PickleCalls calls;
    private int steps;

    private PickleMachine(PickleInput in) {
        this.in = in;
        this.calls = new PickleCalls(in);
    }

    /// Reads one pickle and stops behind it.
    ///
    /// @throws ProblemException vox/format/…pickle…
    static PickleValue read(PickleInput in) throws IOException {
        return new PickleMachine(in).run();
    }

    private PickleValue run() throws IOException {
        for (int opcode = in.u8(); opcode != '.'; opcode = in.u8()) {
            if (!literal(opcode) && !container(opcode) && !memoized(opcode)) {
                call(opcode);
            }
        }
        return pop();
    }

    /// Opcodes that push a plain value.
    private boolean literal(int opcode) throws IOException {
        switch (opcode) {
            case 'N' -> push(PickleValue.Nothing.NONE);
            case 0x88 -> push(new PickleValue.Truth(true));
            case 0x89 -> push(new PickleValue.Truth(false));
            case 'I' -> push(decimal(in.line()));
            case 'L' -> push(decimal(in.line().replace("L", "")));
            case 'J' -> push(new PickleValue.Whole((int) in.little(4)));
            case 'K' -> push(new PickleValue.Whole(in.u8()));
            case 'M' -> push(new PickleValue.Whole(in.little(2)));
            case 0x8a -> push(big(in.octets(in.u8())));
            case 0x8b -> push(big(in.octets(in.little(4))));
            case 'F' -> push(real(in.line()));
            case 'G' -> push(new PickleValue.Real(in.bigEndianDouble()));
            case 'S', 'V' -> push(new PickleValue.Text(unquoted(in.line())));
            case 'T' -> push(new PickleValue.Text(in.text(in.little(4))));
            case 'U', 0x8c -> push(new PickleValue.Text(in.text(in.u8())));
            case 'X' -> push(new PickleValue.Text(in.text(in.little(4))));
            case 0x8d -> push(new PickleValue.Text(in.text(in.little(8))));
            case 'B' -> push(new PickleValue.Octets(in.octets(in.little(4))));
            case 'C' -> push(new PickleValue.Octets(in.octets(in.u8())));
            case 0x8e, 0x96 -> push(new PickleValue.Octets(in.octets(in.little(8))));
            default -> {
                return false;
            }
        }
        return true;
    }

    /// Opcodes that make or fill lists, tuples, sets and dicts.
    private boolean container(int opcode) {
        switch (opcode) {
            case ']', ')', 0x8f -> push(new PickleValue.Items());
            case '}' -> push(new PickleValue.Fields());
            case '(' -> {
                step();
                marks.add(stack.size());
            }
            case 'l', 't', 0x91 -> push(items(popToMark()));
            case 0x85 -> push(items(pop(1)));
            case 0x86 -> push(items(pop(2)));
            case 0x87 -> push(items(pop(3)));
            case 'd' -> {
                var fields = new PickleValue.Fields();
                fill(fields, popToMark());
                push(fields);
            }
            case 'a' -> append(pop(1));
            case 'e', 0x90 -> append(popToMark());
            case 's' -> set(pop(2));
            case 'u' -> set(popToMark());
            default -> {
                return false;
            }
        }
        return true;
    }

    /// Opcodes about the memo, the stack and framing.
    private boolean memoized(int opcode) throws IOException {
        switch (opcode) {
            case 0x80 -> in.u8();
            case 0x95 -> in.little(8);
            case '0' -> pop();
            case '1' -> popToMark();
            case '2' -> push(top());
            case 'p' -> remember(index(in.line()));
            case 'q' -> remember(in.u8());
            case 'r' -> remember(in.little(4));
            case 0x94 -> remember(memo.size());
            case 'g' -> push(recall(index(in.line())));
            case 'h' -> push(recall(in.u8()));
            case 'j' -> push(recall(in.little(4)));
            default -> {
                return false;
            }
        }
        return true;
    }

    /// Opcodes that name or call something.
    private void call(int opcode) throws IOException {
        switch (opcode) {
            case 'c' -> {
                var module = in.line();
                push(calls.name(module, in.line()));
            }
            case 0x93 -> {
                var names = pop(2);
                push(calls.name(text(names.get(0)), text(names.get(1))));
            }
            case 'R', 0x81 -> {
                var call = pop(2);
                push(calls.call(call.get(0), call.get(1)));
            }
            case 'Q' -> push(calls.persistent(pop()));
            case 'b' -> {
                var state = pop();
                PickleCalls.build(top(), state);
            }
            default ->
                    throw bad(
                            "opcode 0x" + Integer.toHexString(opcode) + " is not used by PyTorch");
        }
    }

    private void push(PickleValue value) {
        step();
        stack.add(value);
    }

    private void step() {
        if (++steps > MAX_STEPS) {
            throw FormatProblem.PICKLE_LIMIT.with(in.file(), "more than " + MAX_STEPS + " objects");
        }
    }

    private PickleValue pop() {
        return pop(1).getFirst();
    }

    private PickleValue top() {
        if (stack.size() <= floor()) {
            throw bad("the stack is empty");
        }
        return stack.getLast();
    }

    private List<PickleValue> pop(int count) {
        if (stack.size() - floor() < count) {
            throw bad("the stack is empty");
        }
        return cut(stack.size() - count);
    }

    private int floor() {
        return marks.isEmpty() ? 0 : marks.getLast();
    }

    private List<PickleValue> popToMark() {
        if (marks.isEmpty()) {
            throw bad("a mark is missing");
        }
        return cut(marks.removeLast());
    }

    private List<PickleValue> cut(int from) {
        var tail = stack.subList(from, stack.size());
        var values = new ArrayList<PickleValue>(tail);
        tail.clear();
        return values;
    }

    private static PickleValue.Items items(List<PickleValue> values) {
        var items = new PickleValue.Items();
        items.values.addAll(values);
        return items;
    }

    private void append(List<PickleValue> values) {
        if (top() instanceof PickleValue.Items list) {
            list.values.addAll(values);
        } else {
            throw bad("something is appended to what is no list");
        }
    }

    private void set(List<PickleValue> pairs) {
        if (top() instanceof PickleValue.Fields fields) {
            fill(fields, pairs);
        } else {
            throw bad("an item is set in what is no dict");
        }
    }

    private void fill(PickleValue.Fields fields, List<PickleValue> pairs) {
        if (pairs.size() % 2 != 0) {
            throw bad("a dict has a key without a value");
        }
        for (int i = 0; i < pairs.size(); i += 2) {
            PickleCalls.key(pairs.get(i)).ifPresent(put(fields, pairs.get(i + 1)));
        }
    }

    private static java.util.function.Consumer<String> put(
            PickleValue.Fields fields, PickleValue value) {
        return key -> fields.values.put(key, value);
    }

    private void remember(long index) {
        step();
        memo.put(index, top());
    }

    private PickleValue recall(long index) {
        var value = memo.get(index);
        if (value == null) {
            throw bad("memo " + index + " is empty");
        }
        return value;
    }

    private String text(PickleValue value) {
        if (value instanceof PickleValue.Text(var text)) {
            return text;
        }
        throw bad("a name is no text");
    }

    private PickleValue decimal(String line) {
        return switch (line.strip()) {
            case "00" -> new PickleValue.Truth(false);
            case "01" -> new PickleValue.Truth(true);
            case String digits -> new PickleValue.Whole(index(digits));
        };
    }

    private long index(String digits) {
        try {
            return Long.parseLong(digits.strip());
        } catch (NumberFormatException noNumber) {
            throw FormatProblem.BAD_PICKLE.because(noNumber, in.file(), in.position(), "no number");
        }
    }

    private PickleValue real(String line) {
        try {
            return new PickleValue.Real(Double.parseDouble(line.strip()));
        } catch (NumberFormatException noNumber) {
            throw FormatProblem.BAD_PICKLE.because(noNumber, in.file(), in.position(), "no number");
        }
    }

    /// Little-endian two's complement; longer than 64 bits it is nothing that we use.
    private static PickleValue big(byte[] bytes) {
        if (bytes.length > 8) {
            return PickleValue.Nothing.NONE;
        }
        long value = bytes.length > 0 && bytes[bytes.length - 1] < 0 ? -1 : 0;
        for (int i = bytes.length - 1; i >= 0; i--) {
            value = (value << 8) | Byte.toUnsignedLong(bytes[i]);
        }
        return new PickleValue.Whole(value);
    }

    private static String unquoted(String line) {
        boolean quoted = line.length() >= 2 && (line.startsWith("'") || line.startsWith("\""));
        return quoted ? line.substring(1, line.length() - 1) : line;
    }

    private ProblemException bad(String why) {
        return FormatProblem.BAD_PICKLE.with(in.file(), in.position(), why);
    }
}
