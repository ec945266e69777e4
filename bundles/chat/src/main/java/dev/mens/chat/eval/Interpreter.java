package dev.mens.chat.eval;

import dev.mens.chat.syntax.Expression;
import dev.mens.chat.syntax.Statement;
import dev.mens.chat.syntax.Statement.Target;
import dev.mens.chat.value.Arguments;
import dev.mens.chat.value.Budget;
import dev.mens.chat.value.Fault;
import dev.mens.chat.value.Lazy;
import dev.mens.chat.value.Namespace;
import dev.mens.chat.value.Text;
import dev.mens.chat.value.Value;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Executes statements, printing into one text after the other.
public final class Interpreter {
    /// No name of a template can be this one.
    static final String CAPTURED = "|captured|";

    /// How a statement ended.
    private enum Flow {
        ON,
        BREAK,
        CONTINUE
    }

    private final Run run;
    private final Evaluator evaluator;
    private StringBuilder out = new StringBuilder();
    private int line;

    private Interpreter(Run run) {
        this.run = run;
        this.evaluator = new Evaluator(run);
    }

    /// Renders a template.
    ///
    /// @throws Fault with the line where it happened
    public static String render(List<Statement> template, Map<String, Value> variables, Run run) {
        var interpreter = new Interpreter(run);
        var scope = new Scope(Globals.scope(run));
        variables.forEach(scope::set);
        try {
            interpreter.execute(template, new Scope(scope));
        } catch (Fault fault) {
            throw fault.at(interpreter.line);
        }
        return interpreter.out.toString();
    }

    Value evaluate(Expression expression, Scope scope) {
        return evaluator.evaluate(expression, scope);
    }

    /// What statements print, as a text of its own.
    String capture(List<Statement> body, Scope scope) {
        var outer = out;
        int outerLine = line;
        out = new StringBuilder();
        execute(body, scope);
        var captured = out.toString();
        out = outer;
        line = outerLine;
        return captured;
    }

    private Flow execute(List<Statement> statements, Scope scope) {
        run.budget().enter();
        var flow = Flow.ON;
        for (int i = 0; i < statements.size() && flow == Flow.ON; i++) {
            run.budget().work(1);
            flow = execute(statements.get(i), scope);
        }
        run.budget().leave();
        return flow;
    }

    private Flow execute(Statement statement, Scope scope) {
        line = statement.line();
        return switch (statement) {
            case Statement.Data(_, var text) -> print(text);
            case Statement.Print(_, var expression) -> print(run.str(evaluate(expression, scope)));
            case Statement.If choice -> choose(choice, scope);
            case Statement.For loop -> loop(loop, scope);
            case Statement.Break _ -> Flow.BREAK;
            case Statement.Continue _ -> Flow.CONTINUE;
            case Statement.Assign(_, var target, var value) ->
                    assign(target, evaluate(value, scope), scope);
            case Statement.Capture(_, var target, var filters, var body) ->
                    assign(target, filtered(filters, body, scope), scope);
            case Statement.Macro(_, var routine) ->
                    define(routine.name(), new MacroValue(routine, scope, this), scope);
            case Statement.CallBlock block -> callBlock(block, scope);
            case Statement.FilterBlock(_, var filters, var body) ->
                    print(run.str(filtered(filters, body, scope)));
            case Statement.With with -> with(with, scope);
            case Statement.Foreign(_, var tag) ->
                    throw Fault.failed("a chat template cannot use '" + tag + "'");
        };
    }

    private Flow print(String text) {
        run.budget().text(text.length());
        out.append(text);
        if (out.length() > Budget.MAX_TEXT) {
            throw Fault.bounds("the template prints more than " + Budget.MAX_TEXT);
        }
        return Flow.ON;
    }

    private static Flow define(String name, Value value, Scope scope) {
        scope.set(name, value);
        return Flow.ON;
    }

    private Flow choose(Statement.If choice, Scope scope) {
        for (var branch : choice.branches()) {
            if (evaluate(branch.test(), scope).isTrue()) {
                return execute(branch.body(), scope);
            }
        }
        return execute(choice.otherwise(), scope);
    }

    private Flow loop(Statement.For loop, Scope scope) {
        loop(loop, evaluate(loop.iterable(), scope), scope, 1);
        return Flow.ON;
    }

    private void loop(Statement.For loop, Value iterable, Scope scope, int depth) {
        var state = state(loop, iterable, scope, depth);
        boolean completed = false;
        var flow = Flow.ON;
        while (flow != Flow.BREAK) {
            var element = state.advance();
            if (element == null) {
                break;
            }
            run.budget().work(1);
            var inner = new Scope(scope);
            inner.set("loop", state);
            assign(loop.target(), element, inner);
            flow = execute(loop.body(), inner);
            completed |= flow == Flow.ON;
        }
        // Jinja's else also runs where every turn ended in a break or continue.
        if (!completed) {
            execute(loop.otherwise(), new Scope(scope));
        }
    }

    private LoopState state(Statement.For loop, Value iterable, Scope scope, int depth) {
        var elements = run.iterator(iterable);
        var counted = iterable;
        if (loop.filter() != null) {
            elements = passing(loop, loop.filter(), elements, scope);
            counted = new Lazy(elements);
        }
        return new LoopState(
                run,
                counted,
                elements,
                depth,
                loop.recursive() ? a -> recurse(loop, a, scope, depth + 1) : null);
    }

    private Value recurse(Statement.For loop, Arguments arguments, Scope scope, int depth) {
        var iterable = arguments.bind("loop", 1, "iterable").need(0);
        var outer = out;
        out = new StringBuilder();
        run.budget().enter();
        loop(loop, iterable, scope, depth);
        run.budget().leave();
        var text = out.toString();
        out = outer;
        return Text.of(text);
    }

    /// The elements for which the loop's own `if` holds.
    private Iterator<Value> passing(
            Statement.For loop, Expression filter, Iterator<Value> elements, Scope scope) {
        return new Selection(
                run,
                elements,
                element -> {
                    var inner = new Scope(scope);
                    assign(loop.target(), element, inner);
                    return evaluate(filter, inner).isTrue();
                });
    }

    private Flow assign(Target target, Value value, Scope scope) {
        switch (target) {
            case Target.Variable(var name) -> scope.set(name, value);
            case Target.Unpacked(var targets) -> unpack(targets, value, scope);
            case Target.Attribute(var name, var attribute) -> {
                if (!(scope.find(name) instanceof Namespace namespace)) {
                    throw Fault.failed("cannot assign attribute on non-namespace object");
                }
                run.budget().elements(1);
                namespace.set(attribute, value);
            }
        }
        return Flow.ON;
    }

    private void unpack(List<Target> targets, Value value, Scope scope) {
        var values = run.list(value);
        if (values.size() != targets.size()) {
            throw Fault.failed(
                    "%s values to unpack (expected %d)"
                            .formatted(
                                    values.size() > targets.size() ? "too many" : "not enough",
                                    targets.size()));
        }
        for (int i = 0; i < targets.size(); i++) {
            assign(targets.get(i), values.get(i), scope);
        }
    }

    private Value filtered(Expression filters, List<Statement> body, Scope scope) {
        var captured = new Scope(scope);
        captured.set(CAPTURED, Text.of(capture(body, new Scope(scope))));
        return evaluate(filters, captured);
    }

    private Flow callBlock(Statement.CallBlock block, Scope scope) {
        var callee = evaluate(block.call().callee(), scope);
        var arguments = evaluator.arguments(block.call().passed(), scope);
        var named = new LinkedHashMap<>(arguments.named());
        named.put("caller", new MacroValue(block.caller(), scope, this));
        var result = Evaluator.call(callee, new Arguments(arguments.positional(), named));
        return print(run.str(result));
    }

    private Flow with(Statement.With with, Scope scope) {
        var inner = new Scope(scope);
        for (int i = 0; i < with.targets().size(); i++) {
            assign(with.targets().get(i), evaluate(with.values().get(i), scope), inner);
        }
        return execute(with.body(), inner);
    }
}
