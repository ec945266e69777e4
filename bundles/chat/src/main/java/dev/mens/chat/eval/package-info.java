/// Runs a parsed template: {@link dev.mens.chat.eval.Interpreter} its statements, {@link
/// dev.mens.chat.eval.Evaluator} its expressions, with Jinja's filters, tests and globals.
@NullMarked
package dev.mens.chat.eval;

import org.jspecify.annotations.NullMarked;
