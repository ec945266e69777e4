package dev.mens.chat.eval;

import dev.mens.chat.value.Arguments;
import dev.mens.chat.value.Value;

/// `input is test(arguments)`.
@FunctionalInterface
interface Test {
    boolean holds(Run run, Value input, Arguments arguments);
}
