package dev.mens.chat.syntax;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A statement of a template, with the line where it begins.
public sealed interface Statement {

    int line();

    /// Text between tags.
    record Data(int line, String text) implements Statement {}

    /// `{{ expression }}`.
    record Print(int line, Expression expression) implements Statement {}

    record If(int line, List<Branch> branches, List<Statement> otherwise) implements Statement {}

    /// One `if` or `elif`.
    record Branch(Expression test, List<Statement> body) {}

    /// @param filter of `for … if filter`
    record For(
            int line,
            Target target,
            Expression iterable,
            @Nullable Expression filter,
            boolean recursive,
            List<Statement> body,
            List<Statement> otherwise)
            implements Statement {}

    record Break(int line) implements Statement {}

    record Continue(int line) implements Statement {}

    /// `{% set target = value %}`.
    record Assign(int line, Target target, Expression value) implements Statement {}

    /// `{% set target | filters %} body {% endset %}`.
    record Capture(int line, Target target, Expression filters, List<Statement> body)
            implements Statement {}

    record Macro(int line, Routine routine) implements Statement {}

    /// `{% call(…) callee(…) %} body {% endcall %}`.
    record CallBlock(int line, Routine caller, Expression.Call call) implements Statement {}

    record FilterBlock(int line, Expression filters, List<Statement> body) implements Statement {}

    /// `{% with %}`, and every tag that only makes a scope.
    record With(int line, List<Target> targets, List<Expression> values, List<Statement> body)
            implements Statement {}

    /// A tag that needs other templates, of which there are none.
    record Foreign(int line, String tag) implements Statement {}

    /// What a macro or the caller of a call block is made of.
    ///
    /// @param uses which of `caller`, `varargs` and `kwargs` the body reads
    record Routine(
            String name, List<Parameter> parameters, List<Statement> body, Set<String> uses) {}

    /// A parameter with its default.
    record Parameter(String name, @Nullable Expression otherwise) {}

    /// What can be assigned to.
    sealed interface Target {
        record Variable(String name) implements Target {}

        record Unpacked(List<Target> targets) implements Target {}

        /// An attribute of a namespace.
        record Attribute(String name, String attribute) implements Target {}
    }
}
