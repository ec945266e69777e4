package dev.mens.chat.syntax;

import dev.mens.chat.syntax.Expression.Call;
import dev.mens.chat.syntax.Expression.Captured;
import dev.mens.chat.syntax.Statement.Branch;
import dev.mens.chat.syntax.Statement.Parameter;
import dev.mens.chat.syntax.Statement.Routine;
import dev.mens.chat.syntax.Statement.Target;
import dev.mens.chat.value.Fault;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Parses the statements of a template, one method a tag.
public final class Parser {
    /// Longer sources are no chat templates; the longest known has about 30 000.
    private static final int MAX_SOURCE = 1 << 20;

    private static final Set<String> IMPLICIT = Set.of("caller", "varargs", "kwargs");

    private final TokenStream tokens;
    private final ExpressionParser expressions;
    private final TargetParser targets;
    private final Set<String> namesRead = new HashSet<>();
    private int loops;

    private Parser(List<Token> tokens) {
        this.tokens = new TokenStream(tokens);
        this.targets = new TargetParser(this.tokens);
        this.expressions = new ExpressionParser(this.tokens, namesRead);
    }

    /// @throws Fault if the source is no template
    public static List<Statement> parse(String source) {
        if (source.length() > MAX_SOURCE) {
            throw Fault.syntax(1, "the template is longer than " + MAX_SOURCE);
        }
        return new Parser(Lexer.tokens(source)).statements(Set.of());
    }

    /// Reads up to one of these tags, whose name is then the current token.
    private List<Statement> statements(Set<String> ends) {
        tokens.enter();
        var statements = new ArrayList<Statement>();
        while (!tokens.at(TokenType.END)) {
            var token = tokens.next();
            if (token.type() == TokenType.DATA) {
                statements.add(new Statement.Data(token.line(), token.text()));
            } else if (token.type() == TokenType.VARIABLE_BEGIN) {
                var printed = expressions.tuple(true, null);
                statements.add(new Statement.Print(token.line(), printed));
                tokens.expect(TokenType.VARIABLE_END);
            } else if (tokens.at(TokenType.NAME) && ends.contains(tokens.current().text())) {
                tokens.leave();
                return statements;
            } else {
                statements.addAll(statement());
                tokens.expect(TokenType.BLOCK_END);
            }
        }
        if (!ends.isEmpty()) {
            throw tokens.fault("the template ends where one of " + ends + " is expected");
        }
        tokens.leave();
        return statements;
    }

    /// The body of a tag whose opening has just been read.
    private List<Statement> body(Set<String> ends) {
        tokens.skipOperator(":");
        tokens.expect(TokenType.BLOCK_END);
        return statements(ends);
    }

    private List<Statement> body(String end) {
        var body = body(Set.of(end));
        tokens.next();
        return body;
    }

    private List<Statement> statement() {
        if (!tokens.at(TokenType.NAME)) {
            throw tokens.fault("tag name expected");
        }
        int line = tokens.current().line();
        var tag = tokens.next().text();
        return switch (tag) {
            case "print" -> print(line);
            case "if" -> List.of(ifElse(line));
            case "for" -> List.of(loop(line));
            case "break", "continue" -> List.of(jump(line, tag));
            case "set" -> List.of(set(line));
            case "macro" -> List.of(macro(line));
            case "call" -> List.of(callBlock(line));
            case "filter" -> List.of(filterBlock(line));
            case "with" -> List.of(with(line));
            case "generation" -> List.of(callLike(line));
            case "autoescape" -> List.of(autoescape(line));
            case "block" -> List.of(block(line));
            case "include", "import", "extends", "from" -> List.of(foreign(line, tag));
            default -> throw Fault.syntax(line, "Encountered unknown tag '" + tag + "'");
        };
    }

    private List<Statement> print(int line) {
        var printed = new ArrayList<Statement>();
        while (!tokens.at(TokenType.BLOCK_END)) {
            if (!printed.isEmpty()) {
                tokens.expectOperator(",");
            }
            printed.add(new Statement.Print(line, expressions.expression()));
        }
        return printed;
    }

    private Statement ifElse(int line) {
        var branches = new ArrayList<Branch>();
        List<Statement> otherwise = List.of();
        String next = "elif";
        while (next.equals("elif")) {
            var test = expressions.tuple(false, null);
            branches.add(new Branch(test, body(Set.of("elif", "else", "endif"))));
            next = tokens.next().text();
        }
        if (next.equals("else")) {
            otherwise = body("endif");
        }
        return new Statement.If(line, branches, otherwise);
    }

    private Statement loop(int line) {
        var target = targets.target(false, "in", true);
        tokens.expectName("in");
        var iterable = expressions.tuple(false, "recursive");
        var filter = tokens.skipName("if") ? expressions.expression() : null;
        boolean recursive = tokens.skipName("recursive");
        loops++;
        var body = body(Set.of("endfor", "else"));
        loops--;
        var otherwise = tokens.next().text().equals("else") ? body("endfor") : List.<Statement>of();
        return new Statement.For(line, target, iterable, filter, recursive, body, otherwise);
    }

    private Statement jump(int line, String tag) {
        if (loops == 0) {
            throw Fault.syntax(line, "'" + tag + "' outside loop");
        }
        return tag.equals("break") ? new Statement.Break(line) : new Statement.Continue(line);
    }

    private Statement set(int line) {
        var target = targets.target(true, null, loops > 0);
        if (tokens.skipOperator("=")) {
            return new Statement.Assign(line, target, expressions.tuple(true, null));
        }
        var filters = expressions.primaries().filters(new Captured());
        return new Statement.Capture(line, target, filters, body("endset"));
    }

    private Statement macro(int line) {
        var name = tokens.expect(TokenType.NAME).text();
        return new Statement.Macro(line, routine(name, parameters(), "endmacro"));
    }

    private Statement callBlock(int line) {
        var parameters = tokens.atOperator("(") ? parameters() : List.<Parameter>of();
        if (!(expressions.expression() instanceof Call call)) {
            throw Fault.syntax(line, "expected call");
        }
        return new Statement.CallBlock(line, routine("caller", parameters, "endcall"), call);
    }

    private Routine routine(String name, List<Parameter> parameters, String end) {
        int outerLoops = loops;
        var outerNames = Set.copyOf(namesRead);
        loops = 0;
        namesRead.removeAll(IMPLICIT);
        var body = body(end);
        var uses =
                namesRead.stream()
                        .filter(IMPLICIT::contains)
                        .collect(Collectors.toUnmodifiableSet());
        loops = outerLoops;
        namesRead.addAll(outerNames);
        return new Routine(name, parameters, body, uses);
    }

    private List<Parameter> parameters() {
        tokens.expectOperator("(");
        var parameters = new ArrayList<Parameter>();
        while (!tokens.atOperator(")")) {
            if (!parameters.isEmpty()) {
                tokens.expectOperator(",");
            }
            parameters.add(parameter(parameters));
        }
        tokens.expectOperator(")");
        return parameters;
    }

    private Parameter parameter(List<Parameter> before) {
        var name = tokens.expect(TokenType.NAME).text();
        var otherwise = tokens.skipOperator("=") ? expressions.expression() : null;
        if (otherwise == null && !before.isEmpty() && before.getLast().otherwise() != null) {
            throw tokens.fault("non-default argument follows default argument");
        }
        if (otherwise == null && name.equals("caller")) {
            throw tokens.fault("the special argument 'caller' must be given a default");
        }
        if (before.stream().anyMatch(p -> p.name().equals(name))) {
            throw tokens.fault("duplicate argument '" + name + "'");
        }
        return new Parameter(name, otherwise);
    }

    private Statement filterBlock(int line) {
        var primaries = expressions.primaries();
        var filters = primaries.filters(primaries.filter(new Captured()));
        return new Statement.FilterBlock(line, filters, body("endfilter"));
    }

    private Statement with(int line) {
        var assigned = new ArrayList<Target>();
        var values = new ArrayList<Expression>();
        while (!tokens.at(TokenType.BLOCK_END)) {
            if (!assigned.isEmpty()) {
                tokens.expectOperator(",");
            }
            assigned.add(targets.target(false, null, loops > 0));
            tokens.expectOperator("=");
            values.add(expressions.expression());
        }
        return new Statement.With(line, assigned, values, body("endwith"));
    }

    /// `{% generation %}` marks the assistant's text for training; it prints its body.
    private Statement callLike(int line) {
        int outerLoops = loops;
        loops = 0;
        var body = body("endgeneration");
        loops = outerLoops;
        return new Statement.With(line, List.of(), List.of(), body);
    }

    private Statement autoescape(int line) {
        var on = expressions.expression();
        var body = body("endautoescape");
        return on instanceof Expression.Literal(var value) && !value.isTrue()
                ? new Statement.With(line, List.of(), List.of(), body)
                : new Statement.Foreign(line, "autoescape");
    }

    private Statement block(int line) {
        var name = tokens.expect(TokenType.NAME).text();
        tokens.skipName("scoped");
        tokens.skipName("required");
        var body = body("endblock");
        tokens.skipName(name);
        return new Statement.With(line, List.of(), List.of(), body);
    }

    private Statement foreign(int line, String tag) {
        while (!tokens.at(TokenType.BLOCK_END) && !tokens.at(TokenType.END)) {
            tokens.next();
        }
        return new Statement.Foreign(line, tag);
    }
}
