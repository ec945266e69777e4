/// Values as a template sees them, with the meaning that Python gives them.
@NullMarked
package dev.mens.chat.value;

import org.jspecify.annotations.NullMarked;
