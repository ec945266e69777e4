package dev.mens.mesh;

import java.util.Set;

/// Whom or what a policy lets in.
public sealed interface Allowed {

    /// Whether a name passes.
    boolean admits(String name);

    /// The policy names nothing, so all pass.
    record Anything() implements Allowed {
        @Override
        public boolean admits(String name) {
            return true;
        }
    }

    /// Only these; an empty set admits nothing.
    record Only(Set<String> names) implements Allowed {
        public Only {
            names = Set.copyOf(names);
        }

        @Override
        public boolean admits(String name) {
            return names.contains(name);
        }
    }
}
