package dev.mens.chat.eval;

import dev.mens.chat.value.Arguments;
import dev.mens.chat.value.Value;

/// `input|filter(arguments)`.
@FunctionalInterface
interface Filter {
    Value apply(Run run, Value input, Arguments arguments);
}
