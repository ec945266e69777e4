package dev.mens.launcher;

import dev.mens.console.Home;
import dev.mens.console.NodeProblem;
import dev.mens.diagnostics.ProblemException;
import dev.mens.signals.Signals;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/// `vox node`: runs a node in the foreground until SIGTERM, Ctrl-C or `vox node stop`.
public final class Main {
    private static final Logger LOG = Logger.getLogger("dev.mens.launcher");

    /// Threads that carry virtual threads; fewer processors are shared among them by the operating
    /// system. A virtual thread keeps its carrier until it blocks. With one for each of two
    /// processors, two hashes in the making would hold up heartbeats until peers take the node for
    /// dead.
    private static final int LEAST_CARRIERS = 16;

    private Main() {}

    /// @param arguments the installation's folder; `--ephemeral` for a node that its clients own
    public static void main(String[] arguments) {
        long started = System.nanoTime();
        carryVirtualThreads();
        var options = List.of(arguments);
        boolean ephemeral = options.contains("--ephemeral");
        var home = Home.of(System.getenv("MENS_HOME"), System.getProperty("user.home"));
        int code;
        try {
            code = run(new Installation(Path.of(arguments[0])), home, ephemeral, started);
        } catch (ProblemException problem) {
            if (ephemeral && problem.problem() == NodeProblem.HOME_IN_USE) {
                // Another node was faster; the client that started this one will find it.
                System.exit(0);
            }
            System.err.println(problem.getMessage());
            LOG.log(Level.CONFIG, "start failed", problem);
            code = problem.problem().blame().exitCode();
        } catch (IOException failure) {
            var unusable = NodeProblem.HOME_UNUSABLE.because(failure, home.folder(), failure);
            System.err.println(unusable.getMessage());
            code = unusable.problem().blame().exitCode();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            code = 1;
        }
        System.exit(code);
    }

    /// Before the first of them starts.
    private static void carryVirtualThreads() {
        var parallelism = "jdk.virtualThreadScheduler.parallelism";
        int carriers = Math.max(LEAST_CARRIERS, Runtime.getRuntime().availableProcessors());
        if (System.getProperty(parallelism) == null) {
            System.setProperty(parallelism, Integer.toString(carriers));
        }
    }

    private static int run(Installation installation, Home home, boolean ephemeral, long started)
            throws IOException, InterruptedException {
        home.create();
        // Gogo's own terminal must neither take the keyboard nor the signals of the node.
        System.setProperty("org.jline.terminal.provider", "dumb");
        try (var _ = NodeLock.take(home, ephemeral)) {
            NodeLog.install(home, !ephemeral);
            var node = Node.start(installation, home, ephemeral);
            Signals.on("TERM", () -> stop(node));
            if (!ephemeral) {
                Signals.on("INT", () -> stop(node));
            }
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
            LOG.info("node ready in " + millis + " ms on " + home.folder());
            node.await();
            LOG.info("node stopped");
            return 0;
        }
    }

    /// Signal handlers must return soon.
    private static void stop(Node node) {
        Thread.ofPlatform().name("stop").start(node::stop);
    }
}
