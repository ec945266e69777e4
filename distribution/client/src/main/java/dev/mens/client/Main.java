package dev.mens.client;

import dev.mens.console.Home;
import dev.mens.console.NodeProblem;
import dev.mens.console.Request;
import dev.mens.diagnostics.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Entry point of `vox`, for everything but `vox node`.
public final class Main {
    private static final int INTERRUPTED = 130;

    private Main() {}

    public static void main(String[] arguments) {
        var home = Home.of(System.getenv("MENS_HOME"), System.getProperty("user.home"));
        int code;
        try {
            code = run(home, arguments);
        } catch (ProblemException problem) {
            System.err.println(problem.getMessage());
            code = problem.problem().blame().exitCode();
        } catch (IOException failure) {
            var broken = NodeProblem.NO_ANSWER.because(failure, home.folder(), failure);
            System.err.println(broken.getMessage());
            code = broken.problem().blame().exitCode();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            code = INTERRUPTED;
        }
        System.exit(code);
    }

    private static int run(Home home, String[] arguments) throws IOException, InterruptedException {
        Arguments.requireUtf8(arguments);
        var request =
                new Request(
                        List.of(arguments),
                        System.getProperty("user.dir"),
                        environment(),
                        Integer.getInteger("mens.terminals", 0),
                        Integer.getInteger("mens.columns", 0),
                        Integer.getInteger("mens.rows", 0));
        if (!startsNode(arguments)) {
            var finder = new NodeFinder(home);
            int code = new Exchange(finder.running(request.encode())).run(false);
            if (code == 0 && arguments[1].equals("stop")) {
                finder.awaitEnd();
            }
            return code;
        }
        if (PolicyEditor.wanted(arguments)) {
            return new PolicyEditor(home).run(request);
        }
        boolean raw = arguments.length > 0 && arguments[0].equals("shell");
        return new Exchange(new NodeFinder(home).runningOrStarted(request.encode())).run(raw);
    }

    /// Asking for a node's state, or to stop it, must not start one.
    private static boolean startsNode(String[] arguments) {
        return arguments.length < 2
                || !arguments[0].equals("node")
                || !(arguments[1].equals("status") || arguments[1].equals("stop"));
    }

    private static List<String> environment() {
        var forwarded = new ArrayList<String>();
        for (var name : Request.FORWARDED) {
            @Nullable String value = System.getenv(name);
            if (value != null) {
                forwarded.add(name + "=" + value);
            }
        }
        return forwarded;
    }
}
