package dev.mens.chat.eval;

import dev.mens.chat.python.Arithmetic;
import dev.mens.chat.python.Json;
import dev.mens.chat.value.Arguments;
import dev.mens.chat.value.Bound;
import dev.mens.chat.value.Budget;
import dev.mens.chat.value.Fault;
import dev.mens.chat.value.Int;
import dev.mens.chat.value.Items;
import dev.mens.chat.value.None;
import dev.mens.chat.value.Text;
import dev.mens.chat.value.Tuple;
import dev.mens.chat.value.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `tojson` as transformers replaces Jinja's: plain `json.dumps` without HTML escapes.
final class JsonFilter {
    private JsonFilter() {}

    static Value apply(Run run, Value input, Arguments arguments) {
        var bound =
                arguments.bind("tojson", 0, "ensure_ascii", "indent", "separators", "sort_keys");
        var layout = layout(bound, indent(bound.get(1), run.budget()));
        return Text.of(Json.dumps(input, layout, run.budget()));
    }

    private static Json.Layout layout(Bound bound, @Nullable String indent) {
        var comma = indent == null ? ", " : ",";
        var colon = ": ";
        var separators =
                switch (bound.get(2)) {
                    case Tuple(var parts, _) -> parts;
                    case Items(var parts) -> parts;
                    case None _ -> List.<Value>of();
                    case Value other ->
                            throw Fault.failed("separators cannot be " + other.typeName());
                };
        if (separators.size() == 2
                && separators.get(0) instanceof Text(var item, _)
                && separators.get(1) instanceof Text(var key, _)) {
            comma = item;
            colon = key;
        } else if (!separators.isEmpty()) {
            throw Fault.failed("separators must be two texts");
        }
        return new Json.Layout(bound.isTrue(0), indent, comma, colon, bound.isTrue(3));
    }

    private static @Nullable String indent(Value indent, Budget budget) {
        if (indent instanceof None) {
            return null;
        }
        if (indent instanceof Text(var text, _)) {
            return text;
        }
        int width = Math.max(0, new Int(Arithmetic.integer(indent)).clamped());
        budget.text(width);
        return " ".repeat(width);
    }
}
