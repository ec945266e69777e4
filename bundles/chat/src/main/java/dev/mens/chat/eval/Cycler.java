package dev.mens.chat.eval;

import dev.mens.chat.value.Arguments;
import dev.mens.chat.value.Fault;
import dev.mens.chat.value.Function;
import dev.mens.chat.value.None;
import dev.mens.chat.value.Thing;
import dev.mens.chat.value.Tuple;
import dev.mens.chat.value.Value;
import java.util.List;
import java.util.Optional;

/// What `cycler(…)` makes: its items, one after the other, round and round.
final class Cycler implements Thing {
    private final List<Value> items;
    private int position;

    private Cycler(List<Value> items) {
        this.items = items;
    }

    static Cycler of(Arguments arguments) {
        if (arguments.positional().isEmpty()) {
            throw Fault.failed("at least one item has to be provided");
        }
        return new Cycler(arguments.positional());
    }

    @Override
    public Optional<Value> attribute(String name) {
        return switch (name) {
            case "current" -> Optional.of(items.get(position));
            case "next" -> Optional.of(new Function(name, _ -> next()));
            case "reset" -> Optional.of(new Function(name, _ -> reset()));
            case "items" -> Optional.of(Tuple.of(items));
            case "pos" -> Optional.of(dev.mens.chat.value.Int.of(position));
            default -> Optional.empty();
        };
    }

    private Value next() {
        var item = items.get(position);
        position = (position + 1) % items.size();
        return item;
    }

    private Value reset() {
        position = 0;
        return None.NONE;
    }

    @Override
    public String typeName() {
        return "Cycler";
    }
}
