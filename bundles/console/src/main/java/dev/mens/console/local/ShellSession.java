package dev.mens.console.local;

import dev.mens.console.Frame;
import dev.mens.console.Home;
import dev.mens.console.Request;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.apache.felix.service.command.Function;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.ExternalTerminal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `vox shell`: the Felix shell on the client's terminal, or the lines of its standard input if
/// that is no terminal.
final class ShellSession implements Session {
    private static final Logger LOG = LoggerFactory.getLogger(ShellSession.class);

    /// Ctrl-D, which ends the shell at an empty line.
    private static final byte[] END_OF_INPUT = {4};

    private final CommandProcessor processor;
    private final Home home;
    private final Request request;
    private final PulledInput input;
    private final Outbox outbox;
    private volatile @Nullable Terminal terminal;
    private volatile Thread runner = Thread.currentThread();

    ShellSession(
            CommandProcessor processor,
            Home home,
            Request request,
            PulledInput input,
            Outbox outbox) {
        this.processor = processor;
        this.home = home;
        this.request = request;
        this.input = input;
        this.outbox = outbox;
    }

    static boolean isFor(Request request) {
        return request.arguments().equals(List.of("shell"));
    }

    @Override
    public int run() {
        runner = Thread.currentThread();
        try {
            return request.inputIsTerminal() ? interactive() : script();
        } catch (Exception failure) {
            LOG.warn("a shell ended", failure);
            return 1;
        }
    }

    private int interactive() throws Exception {
        var keyboard =
                new ExternalTerminal(
                        null,
                        "vox",
                        request.environment().stream()
                                .filter(variable -> variable.startsWith("TERM="))
                                .map(variable -> variable.substring("TERM=".length()))
                                .findFirst()
                                .orElse("dumb"),
                        input,
                        outbox.stream(Frame.Kind.STDOUT),
                        StandardCharsets.UTF_8,
                        Terminal.SignalHandler.SIG_IGN,
                        false,
                        null,
                        new Size(Math.max(request.columns(), 20), Math.max(request.rows(), 5)));
        terminal = keyboard;
        try (keyboard;
                var session =
                        processor.createSession(
                                keyboard.input(), keyboard.output(), keyboard.output())) {
            session.put(".terminal", keyboard);
            session.put("history-file", home.state().resolve("shell-history"));
            prepare(session);
            Function exit =
                    (anySession, arguments) -> {
                        keyboard.processInputBytes(END_OF_INPUT);
                        return null;
                    };
            session.put("exit", exit);
            if (session.get("gogo:gosh") instanceof Function gosh) {
                var options = List.<Object>of("--login", "--noshutdown", "--nohistory");
                gosh.execute(session, new ArrayList<>(options));
            }
            return 0;
        }
    }

    private int script() throws IOException {
        var out = new PrintStream(outbox.stream(Frame.Kind.STDOUT), false, StandardCharsets.UTF_8);
        var err = new PrintStream(outbox.stream(Frame.Kind.STDERR), false, StandardCharsets.UTF_8);
        int code = 0;
        try (var session = processor.createSession(input, out, err);
                var lines =
                        new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8))) {
            session.put("SCOPE", "vox:gogo:felix:*");
            session.put("vox.err", err);
            prepare(session);
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                code = execute(session, line, out, err);
            }
        }
        return code;
    }

    private static int execute(
            CommandSession session, String line, PrintStream out, PrintStream err) {
        try {
            session.put("vox.exit", 0);
            var result = session.execute(line);
            if (result != null) {
                out.println(session.format(result, Converter.INSPECT));
            }
            return session.get("vox.exit") instanceof Integer code ? code : 0;
        } catch (Exception failure) {
            err.println(failure.getMessage());
            return 1;
        } finally {
            out.flush();
            err.flush();
        }
    }

    /// In a shell the commands print their diagnostics and go on.
    private void prepare(CommandSession session) {
        session.currentDir(Path.of(request.directory()));
        session.put("vox.shell", true);
    }

    /// At a terminal Ctrl-C is a key; elsewhere it ends the shell.
    @Override
    public void interrupt() {
        if (terminal == null) {
            runner.interrupt();
        }
    }

    @Override
    public void resize(int columns, int rows) {
        var current = terminal;
        if (current != null && columns > 0 && rows > 0) {
            current.setSize(new Size(columns, rows));
            current.raise(Terminal.Signal.WINCH);
        }
    }

    @Override
    public void hangUp(Thread thread) {
        var current = terminal;
        if (current == null) {
            thread.interrupt();
            return;
        }
        try {
            current.close();
        } catch (IOException closed) {
            LOG.debug("closing a terminal", closed);
        }
    }
}
