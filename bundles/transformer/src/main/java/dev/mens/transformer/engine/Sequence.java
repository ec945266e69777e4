package dev.mens.transformer.engine;

import dev.mens.compute.DrawingProgram;
import dev.mens.compute.DrawingProgram.Draw;
import dev.mens.compute.Program;
import dev.mens.compute.Program.Segment;
import dev.mens.compute.Program.Wanted;
import dev.mens.inference.InferenceProblem;
import dev.mens.inference.TokenEvent.Alternative;
import dev.mens.inference.TokenEvent.End;
import dev.mens.inference.TokenEvent.Reason;
import dev.mens.inference.TokenEvent.Token;
import dev.mens.inference.TokenEvent.Usage;
import dev.mens.model.Tokenizer;
import dev.mens.transformer.sampling.Candidates;
import dev.mens.transformer.sampling.History;
import dev.mens.transformer.sampling.Sampler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One stream as the engine's thread sees it: its tokens, its cache, and what to do next.
final class Sequence {
    /// Room for generated tokens that a cache starts with; it doubles when that is used up.
    private static final int FIRST_ROOM = 1024;

    /// Room that even a short answer gets, so that the next turn may fit into the same cache.
    private static final int LEAST_ROOM = 256;

    private static final float[] NONE = {};

    private final Request request;
    private final Generation stream;
    private final Tokenizer tokenizer;
    private final int contextTokens;
    private final Tokens tokens;
    private final StreamText text;
    private final Sampler sampler;
    private final int vocabulary;
    private final @Nullable Draw draw;
    private float[] logits = NONE;
    private final int[] latest = new int[1];
    private Program.@Nullable Cache cache;
    private @Nullable Segment decode;
    private int generated;
    private @Nullable Instant first;
    private @Nullable End end;

    Sequence(
            Request request,
            Generation stream,
            Tokenizer tokenizer,
            int contextTokens,
            int vocabulary) {
        this.request = request;
        this.stream = stream;
        this.tokenizer = tokenizer;
        this.contextTokens = contextTokens;
        this.vocabulary = vocabulary;
        tokens = new Tokens(request.prompt(), request.continued());
        text = new StreamText(tokenizer, request.sampling().stop());
        var history = new History();
        history.prompt(request.prompt());
        history.generated(request.continued());
        var choice = request.choice();
        // Who wants probabilities wants logits.
        draw = request.sampling().logprobs() > 0 ? null : choice.draw().orElse(null);
        sampler = new Sampler(choice.rules(), choice.greedy(), choice.seed(), history);
        generated = request.continued().size();
        replay();
    }

    Generation stream() {
        return stream;
    }

    Tokens tokens() {
        return tokens;
    }

    boolean ended() {
        return end != null;
    }

    /// Tells the reader of the end, once everything that the stream held is given back.
    void sayEnd() {
        stream.end(Objects.requireNonNull(end));
    }

    Program.@Nullable Cache cache() {
        return cache;
    }

    /// Gives up the cache; whoever called owns it now.
    Program.@Nullable Cache releaseCache() {
        var released = cache;
        cache = null;
        decode = null;
        return released;
    }

    /// Takes a cache that holds a proper prefix of the tokens, or nothing.
    ///
    /// @param drawing whether the program can choose tokens
    void use(Program.Cache owned, boolean drawing) {
        if (logits.length == 0 && !(drawing && draw != null)) {
            logits = new float[vocabulary];
        }
        cache = owned;
        decode = new Segment(owned, latest, Wanted.LAST_LOGITS, logits);
    }

    /// Positions that the next cache needs.
    int capacity() {
        int left = Math.max(LEAST_ROOM, request.maxTokens() - generated);
        int grown = cache == null ? 0 : Math.max(cache.capacity(), FIRST_ROOM);
        int room = Math.min(left, Math.max(FIRST_ROOM, grown));
        return Math.min(contextTokens, tokens.length() + room);
    }

    boolean needsRoom() {
        return cache == null || cache.capacity() < tokens.length();
    }

    /// Tokens that are not in the cache yet; 1 while decoding.
    int pending() {
        return tokens.length() - (cache == null ? 0 : cache.length());
    }

    /// The next part of the work, of at most `most` tokens.
    Segment segment(int most) {
        var into = Objects.requireNonNull(cache);
        int from = into.length();
        int to = Math.min(tokens.length(), from + most);
        if (to - from == 1 && to == tokens.length()) {
            latest[0] = tokens.get(from);
            return Objects.requireNonNull(decode);
        }
        boolean last = to == tokens.length();
        return new Segment(
                into,
                tokens.range(from, to),
                last ? Wanted.LAST_LOGITS : Wanted.NOTHING,
                last ? logits : NONE);
    }

    /// How the program shall choose the token after the next segment, if it can.
    @Nullable Draw draw() {
        return draw == null ? null : draw.at(generated);
    }

    /// Takes the token that the program chose after a segment, if it came to one.
    void advance(int drawn) {
        if (pending() > 0) {
            return;
        }
        if (drawn == DrawingProgram.NOT_FINITE) {
            throw InferenceProblem.NOT_FINITE.with(generated);
        }
        say(drawn, text -> new Token(drawn, text, 0, List.of()));
    }

    /// Chooses a token from the logits that a segment brought, if it brought some.
    void advance(Candidates candidates) {
        if (pending() > 0) {
            return;
        }
        boolean report = request.sampling().logprobs() > 0;
        int id = sampler.choose(logits, candidates, report, generated);
        say(
                id,
                text ->
                        report
                                ? reported(id, text, candidates)
                                : new Token(id, text, 0, List.of()));
    }

    private void say(int id, Function<String, Token> event) {
        if (first == null) {
            first = Instant.now();
        }
        if (request.endTokens().contains(id)) {
            end(Reason.END_TOKEN);
            return;
        }
        tokens.add(id);
        generated++;
        stream.put(event.apply(text.accept(id)));
        endIfDue();
    }

    /// Ends the stream with a reason and the text that was held back.
    private void end(Reason reason) {
        var now = Instant.now();
        var began = first == null ? now : first;
        var piece = reason == Reason.STOP_STRING ? "" : text.finish();
        var usage =
                new Usage(
                        request.prompt().length,
                        generated,
                        Duration.between(request.since(), began),
                        Duration.between(began, now));
        end = new End(text.stopped() ? Reason.STOP_STRING : reason, piece, usage);
    }

    private void endIfDue() {
        if (text.stopped()) {
            end(Reason.STOP_STRING);
        } else if (generated >= request.maxTokens()) {
            end(Reason.MAX_TOKENS);
        } else if (tokens.length() > contextTokens) {
            end(Reason.CONTEXT_FULL);
        }
    }

    /// Brings decoder and stop strings to where the continued tokens left them.
    private void replay() {
        for (int id : request.continued()) {
            if (request.endTokens().contains(id)) {
                end(Reason.END_TOKEN);
                return;
            }
            // The text was emitted elsewhere.
            text.accept(id);
        }
        if (generated > 0) {
            endIfDue();
        }
    }

    private Token reported(int id, String piece, Candidates candidates) {
        var probabilities = Sampler.logProbabilities(candidates);
        int wanted = Math.min(request.sampling().logprobs(), candidates.count());
        var best = candidates.best(wanted);
        var alternatives = new ArrayList<Alternative>(wanted);
        for (int index : best) {
            int other = candidates.id(index);
            alternatives.add(
                    new Alternative(
                            other,
                            tokenizer.decode(new int[] {other}, false),
                            probabilities.of(candidates.logit(index))));
        }
        return new Token(id, piece, probabilities.of(candidates.logitOf(id)), alternatives);
    }
}
