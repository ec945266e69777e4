package dev.mens.shell;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.ServiceReference;

/// The commands that are present now, by noun and verb.
final class Commands {
    /// The scope of verbs that have no noun.
    static final String NO_NOUN = "mens";

    /// One noun and what can be done with it.
    record Group(String name, String summary, Map<String, Verb> verbs) {}

    private final Map<String, Group> groups = new ConcurrentSkipListMap<>();
    private final Map<String, Verb> verbs = new ConcurrentSkipListMap<>();

    /// @return the words under which it can be called now
    Collection<String> add(ServiceReference<Noun> reference, Noun noun) {
        var scope = (String) reference.getProperty("osgi.command.scope");
        var found = new TreeMap<String, Verb>();
        for (var function : functions(reference)) {
            var words = scope.equals(NO_NOUN) ? function : scope + " " + function;
            method(noun, function)
                    .ifPresent(method -> found.put(function, Verb.of(words, noun, method)));
        }
        if (scope.equals(NO_NOUN)) {
            verbs.putAll(found);
            return found.keySet();
        }
        groups.merge(scope, new Group(scope, noun.summary(), found), Commands::joined);
        return java.util.List.of(scope);
    }

    void remove(ServiceReference<Noun> reference, Noun noun) {
        verbs.values().removeIf(verb -> verb.target().equals(noun));
        var scope = (String) reference.getProperty("osgi.command.scope");
        groups.computeIfPresent(scope, (_, group) -> without(group, noun));
    }

    /// A noun's verbs may come from several bundles; the first says what it stands for.
    private static Group joined(Group first, Group second) {
        var verbs = new TreeMap<>(first.verbs());
        verbs.putAll(second.verbs());
        return new Group(first.name(), first.summary(), verbs);
    }

    private static @Nullable Group without(Group group, Noun noun) {
        var verbs = new TreeMap<>(group.verbs());
        verbs.values().removeIf(verb -> verb.target().equals(noun));
        return verbs.isEmpty() ? null : new Group(group.name(), group.summary(), verbs);
    }

    Collection<Group> groups() {
        return groups.values();
    }

    Collection<Verb> verbs() {
        return verbs.values();
    }

    Optional<Group> group(String name) {
        return Optional.ofNullable(groups.get(name));
    }

    Optional<Verb> verb(String name) {
        return Optional.ofNullable(verbs.get(name));
    }

    private static String[] functions(ServiceReference<Noun> reference) {
        return reference.getProperty("osgi.command.function") instanceof String[] several
                ? several
                : new String[] {(String) reference.getProperty("osgi.command.function")};
    }

    private static Optional<Method> method(Noun noun, String function) {
        return Arrays.stream(noun.getClass().getMethods())
                .filter(m -> m.getName().equals(function) || m.getName().equals("_" + function))
                .findFirst();
    }
}
