package dev.mens.chat;

import dev.mens.chat.value.Bool;
import dev.mens.chat.value.Dict;
import dev.mens.chat.value.Int;
import dev.mens.chat.value.Items;
import dev.mens.chat.value.None;
import dev.mens.chat.value.Real;
import dev.mens.chat.value.Text;
import dev.mens.chat.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Turns the Java values of a conversation into a template's, and counts how much it is.
final class JsonValues {
    private static final int MAX_DEPTH = 200;

    private long size;
    private int depth;

    /// UTF-16 units and elements so far.
    long size() {
        return size;
    }

    /// @throws dev.mens.diagnostics.ProblemException vox/chat/unsupported-value
    Value value(@Nullable Object json) {
        size++;
        return switch (json) {
            case null -> None.NONE;
            case String text -> text(text);
            case Boolean truth -> Bool.of(truth);
            case Byte number -> Int.of(number);
            case Short number -> Int.of(number);
            case Integer number -> Int.of(number);
            case Long number -> Int.of(number);
            case BigInteger number -> new Int(number);
            case Float number -> new Real(number);
            case Double number -> new Real(number);
            case BigDecimal number -> new Real(number.doubleValue());
            case Map<?, ?> map -> dict(map);
            case List<?> list -> items(list);
            default -> throw ChatProblem.UNSUPPORTED_VALUE.with(json.getClass().getName());
        };
    }

    private Text text(String text) {
        size += text.length();
        return Text.of(text);
    }

    private Dict dict(Map<?, ?> map) {
        enter();
        var dict = new Dict();
        map.forEach(
                (key, value) -> {
                    if (!(key instanceof String name)) {
                        throw ChatProblem.UNSUPPORTED_VALUE.with("a key that is no text");
                    }
                    dict.put(text(name), value(value));
                });
        depth--;
        return dict;
    }

    private Items items(List<?> list) {
        enter();
        var items = new ArrayList<Value>(list.size());
        list.forEach(element -> items.add(value(element)));
        depth--;
        return new Items(items);
    }

    private void enter() {
        if (++depth > MAX_DEPTH) {
            throw ChatProblem.UNSUPPORTED_VALUE.with("more than " + MAX_DEPTH + " levels");
        }
    }
}
