package dev.mens.cluster.group;

import java.util.function.Consumer;
import org.jgroups.Event;
import org.jgroups.View;
import org.jgroups.stack.Protocol;

/// Tells who is in the group, at the top of the stack and before anything else hears of it.
final class Views extends Protocol {
    private final Consumer<View> changed;

    Views(Consumer<View> changed) {
        this.changed = changed;
    }

    @Override
    public Object up(Event event) {
        if (event.getType() == Event.VIEW_CHANGE) {
            changed.accept(event.<View>getArg());
        }
        return up_prot.up(event);
    }
}
