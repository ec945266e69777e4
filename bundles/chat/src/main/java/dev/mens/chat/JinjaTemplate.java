package dev.mens.chat;

import dev.mens.chat.eval.Interpreter;
import dev.mens.chat.eval.Run;
import dev.mens.chat.syntax.Parser;
import dev.mens.chat.syntax.Statement;
import dev.mens.chat.value.Bool;
import dev.mens.chat.value.Budget;
import dev.mens.chat.value.Fault;
import dev.mens.chat.value.None;
import dev.mens.chat.value.Text;
import dev.mens.chat.value.Value;
import dev.mens.diagnostics.ProblemException;
import dev.mens.model.ChatTemplate;
import dev.mens.model.Conversation;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A parsed template. Rendering shares nothing, so any number of threads may render.
final class JinjaTemplate implements ChatTemplate {
    private final List<Statement> statements;
    private final Map<String, String> specialTokens;
    private final Clock clock;

    private JinjaTemplate(
            List<Statement> statements, Map<String, String> specialTokens, Clock clock) {
        this.statements = statements;
        this.specialTokens = Map.copyOf(specialTokens);
        this.clock = clock;
    }

    static JinjaTemplate compile(String source, Map<String, String> specialTokens, Clock clock) {
        try {
            return new JinjaTemplate(Parser.parse(source), specialTokens, clock);
        } catch (Fault fault) {
            throw problem(fault);
        }
    }

    @Override
    public String render(Conversation conversation) {
        var values = new JsonValues();
        var variables = variables(conversation, values);
        try {
            var run = new Run(new Budget(values.size()), clock);
            return Interpreter.render(statements, variables, run);
        } catch (Fault fault) {
            throw problem(fault);
        }
    }

    /// What transformers passes to a template, in its order of precedence.
    private Map<String, Value> variables(Conversation conversation, JsonValues values) {
        var variables = new LinkedHashMap<String, Value>();
        specialTokens.forEach((name, token) -> variables.put(name, Text.of(token)));
        variables.put("documents", None.NONE);
        conversation.extra().forEach((name, value) -> variables.put(name, values.value(value)));
        variables.put("messages", values.value(conversation.messages()));
        if (!conversation.tools().isEmpty()) {
            variables.put("tools", values.value(conversation.tools()));
        } else {
            variables.putIfAbsent("tools", None.NONE);
        }
        variables.put("add_generation_prompt", Bool.of(conversation.answer()));
        return variables;
    }

    private static ProblemException problem(Fault fault) {
        var problem =
                switch (fault.kind()) {
                    case SYNTAX -> ChatProblem.TEMPLATE_SYNTAX;
                    case FAILED -> ChatProblem.TEMPLATE_FAILED;
                    case REFUSED -> ChatProblem.TEMPLATE_REFUSED;
                    case BOUNDS -> ChatProblem.TEMPLATE_BOUNDS;
                };
        return problem.because(fault, fault.line(), fault.text());
    }
}
