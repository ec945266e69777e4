package dev.mens.chat.reply;

import dev.mens.model.ReplyPart;
import dev.mens.model.ReplyReader;
import dev.mens.model.ToolCall;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads one reply. Every decision depends on the text alone, never on how it was cut into
/// pieces: where it cannot be made yet, the text is held.
final class StreamedReply implements ReplyReader {
    /// Longer JSON is no call.
    private static final int MAX_JSON = 1 << 20;

    /// So many marks are looked into; later ones are text.
    private static final int MAX_MARKS = 256;

    /// White space before a mark belongs to the mark, but not more than this.
    private static final int MAX_SPACE = 64;

    private static final String END = "</tool_call>";

    /// What is being read.
    private enum Phase {
        /// Nothing but white space so far: the reply may be a bare call.
        START,
        TEXT,
        CALL,
        /// An end tag or a semicolon may follow a call.
        AFTER,
        /// White space after a call.
        SPACE
    }

    private final StringBuilder held = new StringBuilder();
    private List<ReplyPart> parts = new ArrayList<>();
    private Phase phase = Phase.START;
    private int marks;
    private boolean last;

    /// Of the call that is read or was read last; null if it is bare.
    private @Nullable Mark mark;

    /// Where what follows the mark begins in what is held.
    private int content;

    private @Nullable JsonExtent extent;

    @Override
    public List<ReplyPart> accept(String piece) {
        held.append(piece);
        return read();
    }

    @Override
    public List<ReplyPart> finish() {
        last = true;
        return read();
    }

    private List<ReplyPart> read() {
        boolean more = true;
        while (more && !held.isEmpty()) {
            more =
                    switch (phase) {
                        case START -> readStart();
                        case TEXT -> readText();
                        case CALL -> readCall() || last && giveUp();
                        case AFTER -> readAfter();
                        case SPACE -> readSpace();
                    };
        }
        var read = parts;
        parts = new ArrayList<>();
        return read;
    }

    private boolean readStart() {
        int at = skipSpace(0);
        if (at == held.length() && at <= MAX_SPACE && !last) {
            return false;
        }
        if (at < held.length() && at <= MAX_SPACE && held.charAt(at) == '{') {
            return enter(null, at);
        }
        return next(Phase.TEXT);
    }

    private boolean enter(@Nullable Mark found, int contentFrom) {
        mark = found;
        content = contentFrom;
        extent = null;
        phase = Phase.CALL;
        marks++;
        return true;
    }

    private boolean readText() {
        for (int at = 0; at < held.length() && marks < MAX_MARKS; at++) {
            var found = Mark.at(held, at);
            if (found != null) {
                int space = emit(spaceBefore(at));
                return enter(found, at - space + found.length());
            }
        }
        emit(last ? held.length() : spaceBefore(Mark.beginning(held)));
        return false;
    }

    /// Where the white space before this place begins.
    private int spaceBefore(int end) {
        int at = end;
        while (at > Math.max(0, end - MAX_SPACE) && Character.isWhitespace(held.charAt(at - 1))) {
            at--;
        }
        return at;
    }

    private int emit(int length) {
        if (length > 0) {
            parts.add(new ReplyPart.Text(held.substring(0, length)));
            held.delete(0, length);
        }
        return length;
    }

    /// What looked like a call is text, up to and with its mark or its first brace.
    private boolean giveUp() {
        emit(Math.min(held.length(), mark == null ? content + 1 : content));
        return next(Phase.TEXT);
    }

    /// @return whether something was decided
    private boolean readCall() {
        int from = skipSpace(content);
        if (from == held.length()) {
            return false;
        }
        int json =
                mark == Mark.TOOL_CALLS && held.charAt(from) != '['
                        ? held.indexOf("{", from)
                        : from;
        if (json < 0) {
            return !CallName.mayBe(held.substring(from)) && giveUp();
        }
        var name = held.substring(from, json).strip();
        boolean array = held.charAt(json) == '[' && mark != null;
        if (held.charAt(json) != '{' && !array || !name.isEmpty() && !CallName.mayBe(name)) {
            return giveUp();
        }
        return readJson(name, json);
    }

    private boolean readJson(String name, int from) {
        if (extent == null) {
            extent = new JsonExtent(from);
        }
        int end = extent.end(held);
        if ((end < 0 ? held.length() : end) - from > MAX_JSON) {
            return giveUp();
        }
        if (end < 0) {
            return false;
        }
        var calls = calls(name, held.substring(from, end));
        if (calls.isEmpty()) {
            return giveUp();
        }
        calls.forEach(call -> parts.add(new ReplyPart.Call(call)));
        held.delete(0, end);
        return next(Phase.AFTER);
    }

    private static List<ToolCall> calls(String name, String json) {
        return name.isEmpty() ? CallJson.calls(json) : CallName.parse(name).call(json);
    }

    private boolean readAfter() {
        held.delete(0, skipSpace(0));
        if (held.isEmpty()) {
            return false;
        }
        return switch (mark) {
            case TOOL_CALL -> readEnd();
            case TOOL_CALLS -> next(Phase.SPACE);
            case PYTHON_TAG -> readAnother();
            case null -> readAnother();
        };
    }

    private boolean next(Phase next) {
        phase = next;
        return true;
    }

    private boolean readSpace() {
        held.delete(0, skipSpace(0));
        return !held.isEmpty() && next(Phase.TEXT);
    }

    private boolean readEnd() {
        int length = Math.min(END.length(), held.length());
        boolean begins = END.startsWith(held.substring(0, length));
        if (begins && length < END.length() && !last) {
            return false;
        }
        if (begins && length == END.length()) {
            held.delete(0, length);
            return next(Phase.SPACE);
        }
        return next(Phase.TEXT);
    }

    /// Llama writes several calls one after the other, with semicolons between them.
    private boolean readAnother() {
        int at = held.charAt(0) == ';' ? skipSpace(1) : 0;
        if (at == held.length() && !last) {
            return false;
        }
        if (at < held.length() && held.charAt(at) == '{' && marks < MAX_MARKS) {
            return enter(null, at);
        }
        return next(Phase.TEXT);
    }

    private int skipSpace(int from) {
        int at = from;
        while (at < held.length() && Character.isWhitespace(held.charAt(at))) {
            at++;
        }
        return at;
    }
}
