/// What Python does with values: operators, order, iteration, attributes, methods and every way
/// of turning a value into text.
@NullMarked
package dev.mens.chat.python;

import org.jspecify.annotations.NullMarked;
