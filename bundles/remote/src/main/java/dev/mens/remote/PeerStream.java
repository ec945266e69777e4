package dev.mens.remote;

import dev.mens.inference.TokenEvent;
import dev.mens.inference.TokenStream;
import dev.mens.model.Model;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tokens that a peer generates. The peer sends as many as there is credit for, and gets more as
/// the reader takes them.
final class PeerStream implements TokenStream {
    private static final int CREDIT = Wire.WINDOW / 2;

    private final PeerBackend backend;
    private final PeerCall call;
    private final Model model;
    private final List<Integer> tokens = new ArrayList<>();
    private int uncredited;
    private volatile boolean closed;
    private TokenEvent.@Nullable End end;

    /// What the peer has done.
    record Work(Model model, List<Integer> tokens, Duration took) {}

    PeerStream(PeerBackend backend, PeerCall call, Model model) {
        this.backend = backend;
        this.call = call;
        this.model = model;
    }

    @Override
    public TokenEvent next() throws IOException, InterruptedException {
        var over = end;
        if (over != null) {
            return over;
        }
        var reply = call.await();
        if (closed) {
            return finish(
                    new TokenEvent.End(
                            TokenEvent.Reason.CANCELLED,
                            "",
                            new TokenEvent.Usage(0, tokens.size(), Duration.ZERO, Duration.ZERO)));
        }
        return switch (reply) {
            case Reply.Event(TokenEvent.Token token) -> take(token);
            case Reply.Event(TokenEvent.End last) -> {
                var usage = last.usage();
                var took = usage.prefill().plus(usage.decode());
                backend.ended(call, new Work(model, List.copyOf(tokens), took));
                yield finish(last);
            }
            case Reply.Refused(var reason) -> {
                call.close();
                throw backend.refused(reason);
            }
            case Reply.Faulty faulty -> {
                call.close();
                throw faulty.problem();
            }
            case Reply.Lost(var reason) -> throw backend.lost(call, reason);
            case Reply.Alive _, Reply.Ready _, Reply.Facts _ -> throw backend.confused(call);
        };
    }

    private TokenEvent.Token take(TokenEvent.Token token) throws IOException {
        tokens.add(token.id());
        if (++uncredited == CREDIT) {
            uncredited = 0;
            try {
                call.credit(CREDIT);
            } catch (IOException broken) {
                call.close();
                throw backend.lost(call, String.valueOf(broken.getMessage()));
            }
        }
        return token;
    }

    private TokenEvent.End finish(TokenEvent.End last) {
        end = last;
        return last;
    }

    @Override
    public void close() {
        closed = true;
        if (end == null) {
            call.close();
        }
    }
}
