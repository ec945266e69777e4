package dev.mens.chat.eval;

import dev.mens.chat.value.Arguments;
import dev.mens.chat.value.Text;
import dev.mens.chat.value.Thing;
import dev.mens.chat.value.Value;

/// What `joiner(…)` makes: nothing when first called, its separator ever after.
final class Joiner implements Thing {
    private final Value separator;
    private boolean used;

    private Joiner(Value separator) {
        this.separator = separator;
    }

    static Joiner of(Arguments arguments) {
        return new Joiner(arguments.bind("joiner", 0, "sep").get(0, Text.of(", ")));
    }

    @Override
    public Value call(Arguments arguments) {
        var result = used ? separator : Text.EMPTY;
        used = true;
        return result;
    }

    @Override
    public boolean isCallable() {
        return true;
    }

    @Override
    public String typeName() {
        return "Joiner";
    }
}
