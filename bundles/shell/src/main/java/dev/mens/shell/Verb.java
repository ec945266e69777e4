package dev.mens.shell;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;

/// One command: a method, with what its annotations say of it.
///
/// @param words as typed: `backend ls`
/// @param slots one for each parameter of the method, in order
record Verb(String words, String summary, Object target, Method method, List<Slot> slots) {

    /// Where the value of a parameter comes from.
    sealed interface Slot {}

    record Session() implements Slot {}

    /// @param flag whether it takes no value
    record Option(
            List<String> names, boolean flag, String absent, Class<?> type, String description)
            implements Slot {
        String longest() {
            return names.stream().max((a, b) -> a.length() - b.length()).orElseThrow();
        }
    }

    /// @param rest whether it takes all remaining words
    record Argument(String name, boolean required, boolean rest, String description)
            implements Slot {}

    static Verb of(String words, Object target, Method method) {
        var slots = new ArrayList<Slot>();
        for (var parameter : method.getParameters()) {
            var annotations = parameter.getAnnotations();
            var text = find(annotations, Descriptor.class).map(Descriptor::value).orElse("");
            var option = find(annotations, Parameter.class);
            if (parameter.getType() == CommandSession.class) {
                slots.add(new Session());
            } else if (option.isPresent()) {
                slots.add(
                        new Option(
                                List.of(option.get().names()),
                                !option.get().presentValue().equals(Parameter.UNSPECIFIED),
                                option.get().absentValue(),
                                parameter.getType(),
                                text));
            } else {
                slots.add(argument(text, parameter.getType()));
            }
        }
        var summary = Optional.ofNullable(method.getAnnotation(Descriptor.class));
        return new Verb(words, summary.map(Descriptor::value).orElse(""), target, method, slots);
    }

    List<Option> options() {
        return slots.stream().filter(Option.class::isInstance).map(Option.class::cast).toList();
    }

    List<Argument> arguments() {
        return slots.stream().filter(Argument.class::isInstance).map(Argument.class::cast).toList();
    }

    /// Whether the command prints JSON itself, because it streams otherwise.
    boolean printsJson() {
        return options().stream().anyMatch(option -> option.names().contains("--json"));
    }

    private static Argument argument(String text, Class<?> type) {
        int space = text.indexOf(' ');
        var name = space < 0 ? text : text.substring(0, space);
        boolean optional = name.startsWith("[");
        return new Argument(
                optional ? name.substring(1, name.length() - 1) : name,
                !optional,
                type.isArray(),
                space < 0 ? "" : text.substring(space + 1));
    }

    private static <A extends Annotation> Optional<A> find(Annotation[] all, Class<A> type) {
        return Arrays.stream(all).filter(type::isInstance).map(type::cast).findFirst();
    }
}
