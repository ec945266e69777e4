package dev.mens.shell;

import dev.mens.diagnostics.ProblemException;
import dev.mens.inference.Dispatcher;
import dev.mens.inference.Prompt;
import dev.mens.inference.SamplingParams;
import dev.mens.model.Conversation;
import dev.mens.model.Model;
import dev.mens.model.ModelCatalog;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/// `vox chat`: a conversation, line by line, with the model's own chat template.
@Component(service = Noun.class)
@GogoCommand(scope = Commands.NO_NOUN, function = "chat")
public final class ChatCommand implements Noun {
    private final ModelCatalog models;
    private final Dispatcher dispatcher;

    @Activate
    public ChatCommand(@Reference ModelCatalog models, @Reference Dispatcher dispatcher) {
        this.models = models;
        this.dispatcher = dispatcher;
    }

    @Override
    public String summary() {
        return "talk with a model";
    }

    /// One turn, as `--json` prints it.
    record Turn(String role, String content) {}

    @Descriptor("talk with a model; /exit or Ctrl-D ends, Ctrl-C stops an answer")
    public @Nullable List<Turn> chat(
            CommandSession session,
            @Descriptor("folder or name of the model; the node's default without it")
                    @Parameter(
                            names = {"-m", "--model"},
                            absentValue = "")
                    @Nullable String model,
            @Descriptor("what the model is told before all else")
                    @Parameter(names = "--system", absentValue = "")
                    @Nullable String system,
            @Descriptor("at most so many tokens an answer")
                    @Parameter(
                            names = {"-n", "--max-tokens"},
                            absentValue = "")
                    @Nullable Integer maxTokens,
            @Descriptor("0 takes the likeliest token each time, higher is more varied")
                    @Parameter(
                            names = {"-t", "--temperature"},
                            absentValue = "")
                    @Nullable Double temperature,
            @Descriptor("equal seeds give equal answers")
                    @Parameter(
                            names = {"-s", "--seed"},
                            absentValue = "")
                    @Nullable Long seed,
            @Descriptor("print the conversation as JSON at the end instead of streaming")
                    @Parameter(names = "--json", presentValue = "true", absentValue = "false")
                    boolean json)
            throws IOException, InterruptedException {
        var sampling = SamplingParams.builder();
        if (maxTokens != null) {
            sampling.maxTokens(maxTokens);
        }
        if (temperature != null) {
            sampling.temperature(temperature);
        }
        if (seed != null) {
            sampling.seed(seed);
        }
        var caller = Caller.of(session);
        var resolved = models.resolve(model == null ? "" : caller.model(model));
        var talk = new Talk(caller, resolved, sampling.build(), json);
        if (system != null) {
            talk.say("system", system);
        }
        talk.run();
        return json ? talk.turns() : null;
    }

    private final class Talk {
        private final Caller caller;
        private final Model model;
        private final SamplingParams sampling;
        private final boolean json;
        private final List<Map<String, Object>> messages = new ArrayList<>();

        Talk(Caller caller, Model model, SamplingParams sampling, boolean json) {
            this.caller = caller;
            this.model = model;
            this.sampling = sampling;
            this.json = json;
        }

        void say(String role, String content) {
            messages.add(Map.of("role", role, "content", content));
        }

        List<Turn> turns() {
            return messages.stream()
                    .map(m -> new Turn((String) m.get("role"), (String) m.get("content")))
                    .toList();
        }

        void run() throws IOException, InterruptedException {
            var strict =
                    StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT);
            var lines = new BufferedReader(new InputStreamReader(caller.in(), strict));
            for (var line = ask(lines); line != null; line = ask(lines)) {
                if (line.strip().equals("/exit")) {
                    return;
                }
                if (!line.isBlank()) {
                    turn(line);
                }
            }
        }

        private @Nullable String ask(BufferedReader lines) throws IOException {
            if (caller.inputIsTerminal()) {
                caller.err().print("> ");
                caller.err().flush();
            }
            try {
                return lines.readLine();
            } catch (CharacterCodingException notUtf8) {
                throw ShellProblem.NOT_UTF8.because(notUtf8);
            } catch (InterruptedIOException leaving) {
                // Ctrl-C at the prompt ends the conversation as Ctrl-D does.
                Thread.interrupted();
                caller.err().println();
                return null;
            }
        }

        /// A turn that fails does not end a person's conversation, but ends a script's.
        private void turn(String line) throws IOException, InterruptedException {
            say("user", line);
            var answer = new Answer(caller, model.name(), json);
            var prompt =
                    Prompt.of(new Conversation(List.copyOf(messages), List.of(), true, Map.of()));
            try (var progress = Progress.on(caller, "loading " + model.name());
                    var stream = dispatcher.submit(model, prompt, sampling)) {
                answer.of(stream, progress);
            } catch (InterruptedException stopped) {
                if (!caller.inputIsTerminal()) {
                    throw stopped;
                }
            } catch (ProblemException problem) {
                if (!caller.inputIsTerminal()) {
                    throw problem;
                }
                messages.removeLast();
                caller.err().println(problem.getMessage());
                return;
            }
            say("assistant", answer.text());
        }
    }
}
