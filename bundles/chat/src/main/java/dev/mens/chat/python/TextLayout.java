package dev.mens.chat.python;

import dev.mens.chat.value.Arguments;
import dev.mens.chat.value.Bound;
import dev.mens.chat.value.Budget;
import dev.mens.chat.value.Fault;
import dev.mens.chat.value.Text;
import dev.mens.chat.value.Value;

/// The methods of Python's `str` that fill a text up to a width.
final class TextLayout {
    private TextLayout() {}

    /// @param method `ljust` fills on the right, `rjust` on the left
    static Value justify(Text self, Arguments arguments, Budget budget, String method) {
        var bound = arguments.bind(method, 1, "width", "fillchar");
        var fill = fill(self, bound, budget);
        return self.with(method.equals("ljust") ? self.string() + fill : fill + self.string());
    }

    private static String fill(Text self, Bound bound, Budget budget) {
        var fill = Text.of(bound.text(1, " "));
        if (fill.length() != 1) {
            throw Fault.failed("The fill character must be exactly one character long");
        }
        int missing = Math.max(0, bound.integer(0, 0) - self.length());
        budget.text(2L * missing + self.string().length());
        return fill.string().repeat(missing);
    }

    static Value center(Text self, Arguments arguments, Budget budget) {
        var bound = arguments.bind("center", 1, "width", "fillchar");
        int width = bound.integer(0, 0);
        var fill = fill(self, bound, budget);
        int missing = fill.codePointCount(0, fill.length());
        int left = missing / 2 + (missing & width & 1);
        var before = Text.of(fill).slice(0, left);
        return self.with(before + self.string() + Text.of(fill).slice(left, missing));
    }

    static Value zeroFill(Text self, Arguments arguments, Budget budget) {
        int width = arguments.bind("zfill", 1, "width").integer(0, 0);
        var text = self.string();
        int missing = Math.max(0, width - self.length());
        budget.text((long) missing + text.length());
        int sign = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
        return self.with(text.substring(0, sign) + "0".repeat(missing) + text.substring(sign));
    }

    static Value expandTabs(Text self, Arguments arguments, Budget budget) {
        int size = arguments.bind("expandtabs", 0, "tabsize").integer(0, 8);
        long tabs = self.string().chars().filter(c -> c == '\t').count();
        budget.text(self.string().length() + tabs * Math.max(0, size));
        return self.with(Strings.expandTabs(self.string(), size));
    }
}
