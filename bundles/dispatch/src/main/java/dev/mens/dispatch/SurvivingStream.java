package dev.mens.dispatch;

import dev.mens.diagnostics.ProblemException;
import dev.mens.inference.BackendLostException;
import dev.mens.inference.Prompt;
import dev.mens.inference.SamplingParams;
import dev.mens.inference.TokenEvent;
import dev.mens.inference.TokenStream;
import dev.mens.model.Model;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A caller's stream. It pulls from a backend's stream and, if that backend is lost, goes on with
/// another from the tokens that the caller has had: they are all the state there is.
final class SurvivingStream implements TokenStream {
    private static final Logger LOG = LoggerFactory.getLogger(SurvivingStream.class);

    private final Placement placement;
    private final Turns.Turn turn;
    private final Signal signal;
    private final Model model;
    private final Prompt prompt;
    private final SamplingParams sampling;
    private final List<Integer> tokens;
    private final AtomicReference<@Nullable Run> running = new AtomicReference<>();
    private final Stopwatch stopwatch = new Stopwatch();
    private volatile boolean closed;
    private volatile TokenEvent.@Nullable End end;
    private @Nullable Slot lost;
    private boolean moved;

    /// A backend's stream and what keeps its model in memory.
    private record Run(Slot.Lease lease, TokenStream stream, Pulling pulling) {}

    /// How long the caller waited for one backend's tokens. The first is left out: it waits for the
    /// prompt too.
    private static final class Pulling {
        private int tokens;
        private long nanos;

        synchronized void token(long waitedNanos) {
            if (tokens > 0) {
                nanos += waitedNanos;
            }
            tokens++;
        }

        synchronized void tell(Speeds speeds, Model model) {
            speeds.measured(model, tokens - 1, nanos);
        }
    }

    SurvivingStream(
            Placement placement,
            Turns.Turn turn,
            Signal signal,
            Model model,
            Prompt prompt,
            SamplingParams sampling) {
        this.placement = placement;
        this.turn = turn;
        this.signal = signal;
        this.model = model;
        this.prompt = prompt;
        this.sampling = sampling;
        this.tokens = new ArrayList<>(prompt.continued());
    }

    /// Starts if it is this stream's turn. If not, {@link #next} starts it, so that the caller can
    /// cancel while it waits.
    void start() throws IOException, InterruptedException {
        if (turn.now()) {
            open();
        }
    }

    @Override
    public TokenEvent next() throws IOException, InterruptedException {
        while (true) {
            var over = end;
            if (over != null) {
                return over;
            }
            var run = running.get();
            if (closed) {
                finish(cancelled());
            } else if (run == null) {
                turn.await(() -> closed);
                open();
            } else {
                var event = pull(run);
                if (event.isPresent()) {
                    return event.get();
                }
            }
        }
    }

    private void open() throws IOException, InterruptedException {
        if (closed) {
            return;
        }
        try {
            var run = placement.place(model, lost, () -> closed, this::begin);
            report(run);
            running.set(run);
            if (closed) {
                release();
            }
        } catch (CancellationException e) {
            // Closed while waiting: next() says so.
            if (!closed) {
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            fail();
            throw e;
        }
    }

    private Run begin(Slot.Lease lease) throws IOException {
        if (closed) {
            throw new CancellationException();
        }
        var stream = lease.slot().backend().predict(lease.loaded(), prompt.after(tokens), sampling);
        lease.holds(stream);
        return new Run(lease, stream, new Pulling());
    }

    private void report(Run run) {
        var from = lost;
        if (from != null) {
            var to = run.lease().slot();
            to.countMove();
            moved = true;
            lost = null;
            LOG.info(
                    "stream of {} moved from backend {} to {} after {} tokens",
                    model.name(),
                    from.id(),
                    to.id(),
                    tokens.size());
        }
    }

    /// @return empty if the backend is lost, or the stream closed
    private Optional<TokenEvent> pull(Run run) throws IOException, InterruptedException {
        try {
            long asked = System.nanoTime();
            return accept(run, run.stream().next(), System.nanoTime() - asked);
        } catch (BackendLostException e) {
            lose(run, e.getMessage());
            return Optional.empty();
        } catch (ProblemException | IOException e) {
            fail();
            throw e;
        } catch (RuntimeException | LinkageError e) {
            if (!run.lease().slot().gone() && !closed) {
                fail();
                throw e;
            }
            lose(run, e.toString());
            return Optional.empty();
        }
    }

    private Optional<TokenEvent> accept(Run run, TokenEvent event, long waitedNanos) {
        return switch (event) {
            case TokenEvent.Token token -> {
                tokens.add(token.id());
                stopwatch.token();
                run.pulling().token(waitedNanos);
                yield Optional.of(token);
            }
            case TokenEvent.End over -> {
                if (over.reason() == TokenEvent.Reason.CANCELLED) {
                    // Nobody here may have cancelled it: then its backend went away.
                    if (!closed) {
                        lose(run, "it cancelled the stream");
                    }
                    yield Optional.empty();
                }
                yield Optional.of(finish(moved ? asOneStream(over) : over));
            }
        };
    }

    private void lose(Run run, String reason) {
        var slot = run.lease().slot();
        LOG.info(
                "stream of {} left backend {} after {} tokens: {}",
                model.name(),
                slot.id(),
                tokens.size(),
                reason);
        lost = slot;
        if (running.compareAndSet(run, null)) {
            end(run);
        }
    }

    /// Counts include the tokens before the move already; times are the caller's.
    private TokenEvent.End asOneStream(TokenEvent.End over) {
        var usage = over.usage();
        return new TokenEvent.End(
                over.reason(),
                over.piece(),
                stopwatch.usage(usage.promptTokens(), usage.generatedTokens()));
    }

    private TokenEvent.End cancelled() {
        return new TokenEvent.End(
                TokenEvent.Reason.CANCELLED, "", stopwatch.usage(0, tokens.size()));
    }

    private TokenEvent.End finish(TokenEvent.End over) {
        end = over;
        release();
        return over;
    }

    /// The caller learns why from the exception; what it asks for after that is over.
    private void fail() {
        closed = true;
        release();
    }

    private void release() {
        var run = running.getAndSet(null);
        if (run != null) {
            end(run);
        }
        turn.close();
    }

    private void end(Run run) {
        run.pulling().tell(run.lease().slot().speeds(), model);
        run.lease().close();
    }

    @Override
    public void close() {
        closed = true;
        release();
        signal.ring();
    }

    /// Time as the caller sees it.
    private static final class Stopwatch {
        private final long startNanos = System.nanoTime();
        private long firstNanos = startNanos;
        private long lastNanos = startNanos;
        private boolean any;

        void token() {
            lastNanos = System.nanoTime();
            if (!any) {
                firstNanos = lastNanos;
                any = true;
            }
        }

        TokenEvent.Usage usage(int promptTokens, int generatedTokens) {
            return new TokenEvent.Usage(
                    promptTokens,
                    generatedTokens,
                    Duration.ofNanos(firstNanos - startNanos),
                    Duration.ofNanos(lastNanos - firstNanos));
        }
    }
}
