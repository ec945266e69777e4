/// Reads tool calls back from what models write.
@NullMarked
package dev.mens.chat.reply;

import org.jspecify.annotations.NullMarked;
