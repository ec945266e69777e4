package dev.mens.remote;

import dev.mens.content.ContentId;
import dev.mens.diagnostics.ProblemException;
import dev.mens.inference.Prompt;
import dev.mens.inference.SamplingParams;
import dev.mens.inference.TokenEvent;
import dev.mens.inference.TokenStream;
import dev.mens.mesh.Admission.Admitted;
import dev.mens.mesh.Admission.Refused;
import dev.mens.mesh.Link;
import dev.mens.model.Model;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Answers one peer's requests on one link, one after the other.
final class Serving {
    private final Link link;
    private final Work work;
    private final DataOutputStream out;
    private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    private final Semaphore credit = new Semaphore(0);
    private final AtomicReference<@Nullable TokenStream> running = new AtomicReference<>();
    private volatile boolean left;
    private volatile boolean busy;

    private sealed interface Request {}

    private record Load(String backend, ContentId bundle) implements Request {}

    private record Describe(ContentId bundle) implements Request {}

    private record Predict(String backend, ContentId bundle, Prompt prompt, SamplingParams sampling)
            implements Request {}

    private record Unsound(ProblemException problem) implements Request {}

    private record Leave() implements Request {}

    Serving(Link link, Work work) {
        this.link = link;
        this.work = work;
        this.out = new DataOutputStream(link.output());
    }

    void run() throws IOException, InterruptedException {
        var reader = start("mens-peer-asks", this::read);
        var pulse = start("mens-peer-pulse", this::pulse);
        try {
            for (var next = requests.take(); !(next instanceof Leave); next = requests.take()) {
                busy = true;
                answer(next);
                busy = false;
            }
        } finally {
            left = true;
            pulse.interrupt();
            reader.interrupt();
        }
    }

    private static Thread start(String name, Runnable work) {
        return Thread.ofVirtual().name(name).inheritInheritableThreadLocals(false).start(work);
    }

    private void read() {
        var in = new DataInputStream(link.input());
        try {
            while (true) {
                int kind = in.read();
                if (kind == Wire.CREDIT) {
                    credit.release(Wire.readCount(in, Wire.WINDOW));
                } else if (kind < 0 || !requests.isEmpty()) {
                    break;
                } else {
                    requests.add(request(kind, in));
                }
            }
        } catch (IOException gone) {
            // It has left, or says what nobody knows.
        } finally {
            left = true;
            requests.add(new Leave());
            credit.release(Wire.WINDOW);
            var stream = running.get();
            if (stream != null) {
                stream.close();
            }
        }
    }

    private static Request request(int kind, DataInputStream in) throws IOException {
        var backend = Wire.readText(in);
        var bundle = Wire.readBundle(in);
        return switch (kind) {
            case Wire.LOAD -> new Load(backend, bundle);
            case Wire.DESCRIBE -> new Describe(bundle);
            case Wire.PREDICT -> {
                var prompt = PromptWire.readPrompt(in);
                try {
                    yield new Predict(backend, bundle, prompt, PromptWire.readSampling(in));
                } catch (ProblemException badSampling) {
                    yield new Unsound(badSampling);
                }
            }
            default -> throw new IOException("a peer asks what nobody knows");
        };
    }

    private void pulse() {
        try {
            while (!left) {
                Thread.sleep(Wire.PULSE);
                if (busy) {
                    say(new Reply.Alive());
                }
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        } catch (IOException gone) {
            // The reader notices too.
        }
    }

    private synchronized void say(Reply reply) throws IOException {
        Reply.write(reply, out);
        out.flush();
    }

    private void answer(Request request) throws IOException, InterruptedException {
        try {
            switch (request) {
                case Load(var backend, var bundle) -> load(backend, bundle);
                case Describe(var bundle) -> describe(bundle);
                case Predict predict -> predict(predict);
                case Unsound(var problem) -> say(Reply.Faulty.of(problem));
                case Leave() -> {}
            }
        } catch (ProblemException e) {
            say(Reply.Faulty.of(e));
        } catch (IOException e) {
            say(new Reply.Lost(String.valueOf(e.getMessage())));
        }
    }

    private void describe(ContentId bundle) throws IOException {
        var model = work.shared(bundle);
        say(
                model.isPresent()
                        ? new Reply.Facts(model.get().name(), model.get().facts())
                        : new Reply.Refused("it has no such model for peers"));
    }

    private void load(String backend, ContentId bundle) throws IOException, InterruptedException {
        var here = work.shared(bundle);
        switch (work.admit(link.peer(), backend, bundle, here)) {
            case Refused(var reason) -> say(new Reply.Refused(reason));
            case Admitted job -> {
                try (job) {
                    if (here.isEmpty()) {
                        var _ = work.fetch(bundle);
                    }
                    say(new Reply.Ready());
                }
            }
        }
    }

    private void predict(Predict asked) throws IOException, InterruptedException {
        var here = work.shared(asked.bundle());
        switch (work.admit(link.peer(), asked.backend(), asked.bundle(), here)) {
            case Refused(var reason) -> say(new Reply.Refused(reason));
            case Admitted job -> {
                try (job) {
                    var model = here.isPresent() ? here.get() : work.fetch(asked.bundle());
                    run(asked, model, job.longest());
                }
            }
        }
    }

    private void run(Predict asked, Model model, Duration longest)
            throws IOException, InterruptedException {
        try (var stream = work.start(asked.backend(), model, asked.prompt(), asked.sampling())) {
            credit.drainPermits();
            credit.release(Wire.WINDOW);
            running.set(stream);
            send(stream, System.nanoTime() + longest.toNanos());
        } finally {
            running.set(null);
        }
    }

    private void send(TokenStream stream, long deadline) throws IOException, InterruptedException {
        while (!left) {
            TokenEvent event;
            try {
                event = stream.next();
            } catch (IOException lost) {
                say(new Reply.Lost(String.valueOf(lost.getMessage())));
                return;
            }
            if (event instanceof TokenEvent.End) {
                say(new Reply.Event(event));
                return;
            }
            long patience = deadline - System.nanoTime();
            if (patience <= 0 || !credit.tryAcquire(patience, TimeUnit.NANOSECONDS)) {
                say(new Reply.Lost("its policy ends a job after max_job_duration_secs"));
                return;
            }
            say(new Reply.Event(event));
        }
    }
}
