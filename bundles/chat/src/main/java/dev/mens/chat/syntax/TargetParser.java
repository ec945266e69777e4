package dev.mens.chat.syntax;

import dev.mens.chat.syntax.Statement.Target;
import java.util.ArrayList;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Parses what stands before the `=` of a `set` or the `in` of a `for`.
final class TargetParser {
    private static final Set<String> CONSTANTS =
            Set.of("true", "false", "none", "True", "False", "None");

    private final TokenStream tokens;

    TargetParser(TokenStream tokens) {
        this.tokens = tokens;
    }

    /// @param attributes whether `namespace.name` may stand here
    /// @param end a name that ends the target, or null
    /// @param inLoop whether `loop` has a meaning here that cannot be changed
    Target target(boolean attributes, @Nullable String end, boolean inLoop) {
        var targets = new ArrayList<Target>();
        boolean comma = false;
        while (!tokens.at(TokenType.BLOCK_END)
                && !tokens.atOperator(")")
                && (end == null || !tokens.atName(end))) {
            targets.add(oneTarget(attributes, inLoop));
            if (!tokens.skipOperator(",")) {
                break;
            }
            comma = true;
        }
        if (targets.isEmpty()) {
            throw tokens.fault("expected a name, got " + tokens.current());
        }
        return comma ? new Target.Unpacked(targets) : targets.getFirst();
    }

    private Target oneTarget(boolean attributes, boolean inLoop) {
        if (tokens.skipOperator("(")) {
            tokens.enter();
            var inner = target(false, null, inLoop);
            tokens.expectOperator(")");
            tokens.leave();
            return inner;
        }
        var name = tokens.expect(TokenType.NAME).text();
        if (CONSTANTS.contains(name)) {
            throw tokens.fault("can't assign to '" + name + "'");
        }
        if (name.equals("loop") && inLoop) {
            throw tokens.fault("can't assign to the special variable 'loop' inside a loop");
        }
        if (attributes && tokens.skipOperator(".")) {
            return new Target.Attribute(name, tokens.expect(TokenType.NAME).text());
        }
        return new Target.Variable(name);
    }
}
