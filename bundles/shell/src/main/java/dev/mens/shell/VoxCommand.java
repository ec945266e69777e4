package dev.mens.shell;

import dev.mens.diagnostics.NearNames;
import dev.mens.diagnostics.ProblemException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one way into every command: `vox predict …` as a Gogo function, and each noun and verb as
/// a function of its own, so that a user types in the shell what he types after `vox`.
@Component(
        service = Function.class,
        immediate = true,
        property = {"osgi.command.scope=vox", "osgi.command.function=vox"})
public final class VoxCommand implements Function {
    private static final Logger LOG = LoggerFactory.getLogger(VoxCommand.class);

    private final BundleContext context;
    private final Commands commands = new Commands();
    private final Help help = new Help(commands);
    private final Map<String, ServiceRegistration<Function>> words = new HashMap<>();

    @Activate
    public VoxCommand(BundleContext context) {
        this.context = context;
        Function completions = (session, arguments) -> complete(session);
        register("completions", completions);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    synchronized void addNoun(ServiceReference<Noun> reference, Noun noun) {
        for (var word : commands.add(reference, noun)) {
            words.computeIfAbsent(word, this::register);
        }
    }

    synchronized void removeNoun(ServiceReference<Noun> reference, Noun noun) {
        commands.remove(reference, noun);
        words.entrySet()
                .removeIf(
                        entry -> {
                            boolean gone =
                                    commands.group(entry.getKey()).isEmpty()
                                            && commands.verb(entry.getKey()).isEmpty();
                            if (gone) {
                                entry.getValue().unregister();
                            }
                            return gone;
                        });
    }

    private ServiceRegistration<Function> register(String word) {
        Function function =
                (session, arguments) -> {
                    var all = new ArrayList<Object>(List.of(word));
                    all.addAll(arguments);
                    return execute(session, all);
                };
        return register(word, function);
    }

    private ServiceRegistration<Function> register(String word, Function function) {
        return context.registerService(
                Function.class,
                function,
                FrameworkUtil.asDictionary(
                        Map.of("osgi.command.scope", "vox", "osgi.command.function", word)));
    }

    /// What the shell's completion needs to know, as commands of Gogo's `complete`. The profile of
    /// the shell runs it in sessions that have completion.
    private @Nullable Object complete(CommandSession session) throws Exception {
        for (var line : Completions.of(commands)) {
            session.execute(line);
        }
        return null;
    }

    /// Runs one command line.
    ///
    /// @throws ProblemException whatever went wrong; in a shell it is printed instead
    @Override
    public @Nullable Object execute(CommandSession session, List<Object> arguments)
            throws InterruptedException {
        var line = arguments.stream().map(String::valueOf).toList();
        try {
            return run(session, line);
        } catch (ProblemException problem) {
            var caller = Caller.of(session);
            if (!caller.shell()) {
                throw problem;
            }
            caller.err().println(problem.getMessage());
            caller.err().flush();
            session.put("vox.exit", problem.problem().blame().exitCode());
            return null;
        }
    }

    private @Nullable Object run(CommandSession session, List<String> line)
            throws InterruptedException {
        if (line.isEmpty() || isHelp(line.getFirst())) {
            return help.everything();
        }
        var first = line.getFirst();
        var group = commands.group(first);
        if (group.isPresent()) {
            return run(session, group.get(), line.subList(1, line.size()));
        }
        var verb = commands.verb(first.equals("--version") ? "version" : first);
        if (verb.isEmpty()) {
            var names = new ArrayList<>(Help.LAUNCHER_WORDS.keySet());
            commands.groups().forEach(known -> names.add(known.name()));
            commands.verbs().forEach(known -> names.add(known.words()));
            throw ShellProblem.UNKNOWN_COMMAND.with(first, NearNames.hint(first, names));
        }
        return run(session, verb.get(), line.subList(1, line.size()));
    }

    private @Nullable Object run(CommandSession session, Commands.Group group, List<String> line)
            throws InterruptedException {
        if (line.isEmpty() || isHelp(line.getFirst())) {
            return help.of(group);
        }
        var verb = group.verbs().get(line.getFirst());
        if (verb == null) {
            throw ShellProblem.UNKNOWN_COMMAND.with(
                    group.name() + " " + line.getFirst(),
                    NearNames.hint(line.getFirst(), group.verbs().keySet()));
        }
        return run(session, verb, line.subList(1, line.size()));
    }

    private @Nullable Object run(CommandSession session, Verb verb, List<String> words)
            throws InterruptedException {
        var line = new CommandLine(verb, words);
        if (line.wantsHelp()) {
            return help.of(verb);
        }
        var result = invoke(verb, line.values(session));
        if (result instanceof Outcome outcome) {
            session.put("vox.exit", outcome.exitCode());
        }
        if (result == null || result instanceof CharSequence) {
            return result;
        }
        return line.wantsJson() ? JsonText.of(result) : Tables.wrap(result);
    }

    private static @Nullable Object invoke(Verb verb, @Nullable Object[] values)
            throws InterruptedException {
        try {
            return verb.method().invoke(verb.target(), values);
        } catch (InvocationTargetException failure) {
            throw problem(verb, failure.getCause());
        } catch (IllegalAccessException notPublic) {
            throw new AssertionError(verb.words(), notPublic);
        }
    }

    private static ProblemException problem(Verb verb, Throwable failure)
            throws InterruptedException {
        if (failure instanceof ProblemException problem) {
            return problem;
        }
        if (failure instanceof InterruptedException
                || failure instanceof InterruptedIOException
                || failure instanceof ClosedByInterruptException) {
            throw (InterruptedException) new InterruptedException().initCause(failure);
        }
        if (failure instanceof IOException io) {
            LOG.info("{} failed", verb.words(), io);
            return ShellProblem.IO.because(
                    io, io.getClass().getSimpleName() + ": " + io.getMessage());
        }
        var reference = Long.toHexString(System.nanoTime() & 0xFFFF_FFFFL);
        LOG.error("[{}] {} failed", reference, verb.words(), failure);
        return ShellProblem.INTERNAL.because(
                failure, verb.words(), failure.getClass().getSimpleName(), reference);
    }

    private static boolean isHelp(String word) {
        return word.equals("--help") || word.equals("-h") || word.equals("help");
    }
}
