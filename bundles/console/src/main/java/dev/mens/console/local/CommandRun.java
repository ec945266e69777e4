package dev.mens.console.local;

import dev.mens.console.Frame;
import dev.mens.console.Request;
import dev.mens.diagnostics.ProblemException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.apache.felix.service.command.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One command line of a client. The function `vox:vox` knows all commands; it is given the words
/// as they are, so nothing is quoted or expanded twice.
///
/// The session's variables tell a command where it runs: `vox.err` is the diagnostic stream,
/// `vox.input.terminal`, `vox.output.terminal` and `vox.error.terminal` are booleans,
/// `vox.columns` is a width or 0, and `NO_COLOR` is as in the client. A command that does not throw
/// may set `vox.exit`.
final class CommandRun implements Session {
    private static final Logger LOG = LoggerFactory.getLogger(CommandRun.class);
    private static final int FAILED = 1;
    private static final int INTERRUPTED = 130;

    private final CommandProcessor processor;
    private final Request request;
    private final PulledInput input;
    private final PrintStream out;
    private final PrintStream err;
    private volatile boolean cancelled;
    private volatile Thread runner = Thread.currentThread();

    CommandRun(CommandProcessor processor, Request request, PulledInput input, Outbox outbox) {
        this.processor = processor;
        this.request = request;
        this.input = input;
        this.out = printer(outbox, Frame.Kind.STDOUT);
        this.err = printer(outbox, Frame.Kind.STDERR);
    }

    /// Lines and explicit flushes go out at once, single characters do not.
    private static PrintStream printer(Outbox outbox, Frame.Kind kind) {
        return new PrintStream(
                new java.io.BufferedOutputStream(outbox.stream(kind)),
                false,
                StandardCharsets.UTF_8);
    }

    @Override
    public int run() {
        runner = Thread.currentThread();
        try (var session = processor.createSession(input, out, err)) {
            prepare(session);
            if (!(session.get("vox:vox") instanceof Function vox)) {
                throw new IllegalStateException("the bundle shell is not active");
            }
            var result = vox.execute(session, new ArrayList<>(request.arguments()));
            if (result != null) {
                out.println(session.format(result, Converter.INSPECT));
            }
            return session.get("vox.exit") instanceof Integer code ? code : 0;
        } catch (ProblemException problem) {
            err.println(problem.getMessage());
            return problem.problem().blame().exitCode();
        } catch (InterruptedException interrupted) {
            return INTERRUPTED;
        } catch (Exception unexpected) {
            LOG.error("a command failed", unexpected);
            err.println("vox: " + unexpected.getMessage() + "; see the node's log");
            return cancelled ? INTERRUPTED : FAILED;
        } finally {
            out.flush();
            err.flush();
        }
    }

    private void prepare(CommandSession session) {
        session.currentDir(Path.of(request.directory()));
        session.put("vox.err", err);
        session.put("vox.input.terminal", request.inputIsTerminal());
        session.put("vox.output.terminal", request.outputIsTerminal());
        session.put("vox.error.terminal", request.errorIsTerminal());
        session.put("vox.columns", request.columns());
        for (var variable : request.environment()) {
            int equals = variable.indexOf('=');
            if (equals > 0 && Request.FORWARDED.contains(variable.substring(0, equals))) {
                session.put(variable.substring(0, equals), variable.substring(equals + 1));
            }
        }
    }

    @Override
    public void interrupt() {
        cancelled = true;
        runner.interrupt();
    }

    @Override
    public void resize(int columns, int rows) {}
}
