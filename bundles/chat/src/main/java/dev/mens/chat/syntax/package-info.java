/// Jinja's syntax: {@link dev.mens.chat.syntax.Lexer} makes tokens of a source, {@link
/// dev.mens.chat.syntax.Parser} makes {@link dev.mens.chat.syntax.Statement statements} and
/// {@link dev.mens.chat.syntax.Expression expressions} of them.
@NullMarked
package dev.mens.chat.syntax;

import org.jspecify.annotations.NullMarked;
