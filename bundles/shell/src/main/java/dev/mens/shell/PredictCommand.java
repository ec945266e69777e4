package dev.mens.shell;

import dev.mens.inference.Dispatcher;
import dev.mens.inference.Prompt;
import dev.mens.inference.SamplingParams;
import dev.mens.inference.Verdict;
import dev.mens.model.ModelCatalog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/// `vox predict`: continues a text.
@Component(service = Noun.class)
@GogoCommand(scope = Commands.NO_NOUN, function = "predict")
public final class PredictCommand implements Noun {
    /// Enough for a page, and an end for models that know none.
    private static final int MAX_TOKENS = 512;

    private final ModelCatalog models;
    private final Dispatcher dispatcher;

    @Activate
    public PredictCommand(@Reference ModelCatalog models, @Reference Dispatcher dispatcher) {
        this.models = models;
        this.dispatcher = dispatcher;
    }

    @Override
    public String summary() {
        return "continue a text";
    }

    /// Gogo wants each option as a parameter, hence so many.
    @Descriptor("continue a text with a model and stream the result")
    public @Nullable Object predict(
            CommandSession session,
            @Descriptor("folder or name of the model; the node's default without it")
                    @Parameter(
                            names = {"-m", "--model"},
                            absentValue = "")
                    @Nullable String model,
            @Descriptor("at most so many tokens, 512 without it")
                    @Parameter(
                            names = {"-n", "--max-tokens"},
                            absentValue = "")
                    @Nullable Integer maxTokens,
            @Descriptor("0 takes the likeliest token each time, higher is more varied")
                    @Parameter(
                            names = {"-t", "--temperature"},
                            absentValue = "")
                    @Nullable Double temperature,
            @Descriptor("draw from the N likeliest tokens only")
                    @Parameter(names = "--top-k", absentValue = "")
                    @Nullable Integer topK,
            @Descriptor("draw from the likeliest tokens that together reach this probability")
                    @Parameter(names = "--top-p", absentValue = "")
                    @Nullable Double topP,
            @Descriptor("drop tokens less likely than this share of the likeliest")
                    @Parameter(names = "--min-p", absentValue = "")
                    @Nullable Double minP,
            @Descriptor("above 1 makes seen tokens less likely")
                    @Parameter(names = "--repetition-penalty", absentValue = "")
                    @Nullable Double repetitionPenalty,
            @Descriptor("subtracted from a token's logit for each time it was generated")
                    @Parameter(names = "--frequency-penalty", absentValue = "")
                    @Nullable Double frequencyPenalty,
            @Descriptor("subtracted from a token's logit if it was generated")
                    @Parameter(names = "--presence-penalty", absentValue = "")
                    @Nullable Double presencePenalty,
            @Descriptor("equal seeds give equal texts")
                    @Parameter(
                            names = {"-s", "--seed"},
                            absentValue = "")
                    @Nullable Long seed,
            @Descriptor("end before this text; may be repeated")
                    @Parameter(names = "--stop", absentValue = "")
                    List<String> stop,
            @Descriptor("report so many alternatives for each token, with --json")
                    @Parameter(names = "--logprobs", absentValue = "0")
                    int logprobs,
            @Descriptor("say where it would run and why, and run nothing")
                    @Parameter(names = "--dry-run", presentValue = "true", absentValue = "false")
                    boolean dryRun,
            @Descriptor("print one JSON object at the end instead of streaming")
                    @Parameter(names = "--json", presentValue = "true", absentValue = "false")
                    boolean json,
            @Descriptor("[PROMPT] the text to continue; standard input if it is - or missing")
                    @Nullable String prompt)
            throws IOException, InterruptedException {
        if (dryRun) {
            return plan(Caller.of(session), model, json);
        }
        var sampling =
                SamplingParams.builder().maxTokens(maxTokens == null ? MAX_TOKENS : maxTokens);
        if (temperature != null) {
            sampling.temperature(temperature);
        }
        if (topK != null) {
            sampling.topK(topK);
        }
        if (topP != null) {
            sampling.topP(topP);
        }
        if (minP != null) {
            sampling.minP(minP);
        }
        if (repetitionPenalty != null) {
            sampling.repetitionPenalty(repetitionPenalty);
        }
        if (frequencyPenalty != null) {
            sampling.frequencyPenalty(frequencyPenalty);
        }
        if (presencePenalty != null) {
            sampling.presencePenalty(presencePenalty);
        }
        if (seed != null) {
            sampling.seed(seed);
        }
        var params = sampling.stop(stop).logprobs(logprobs).build();
        var caller = Caller.of(session);
        var text = text(caller, prompt);
        var resolved = models.resolve(model == null ? "" : caller.model(model));
        var answer = new Answer(caller, resolved.name(), json);
        try (var progress = Progress.on(caller, "loading " + resolved.name());
                var stream = dispatcher.submit(resolved, Prompt.of(text), params)) {
            return answer.of(stream, progress);
        }
    }

    /// @param runs whether this is where it would run
    record Step(boolean runs, String backend, String reason) {}

    private Object plan(Caller caller, @Nullable String model, boolean json) throws IOException {
        var resolved = models.resolve(model == null ? "" : caller.model(model));
        var steps = new ArrayList<Step>();
        for (var candidate : dispatcher.route(resolved)) {
            boolean best = steps.isEmpty() && candidate.verdict() instanceof Verdict.Yes;
            steps.add(new Step(best, candidate.backend(), candidate.verdict().reason()));
        }
        return json ? JsonText.of(steps) : Tables.text(steps);
    }

    private static String text(Caller caller, @Nullable String prompt) throws IOException {
        if (prompt != null && !prompt.equals("-")) {
            return prompt;
        }
        if (prompt == null && (caller.inputIsTerminal() || caller.shell())) {
            throw ShellProblem.NO_PROMPT.with();
        }
        var text = caller.readAll();
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }
}
