package dev.mens.backend.cuda.program;

import static dev.mens.backend.cuda.CudaProblem.FAULT;
import static dev.mens.backend.cuda.CudaProblem.OUT_OF_MEMORY;

import dev.mens.backend.cuda.gpu.GpuException;
import dev.mens.backend.cuda.memory.PagePool;
import dev.mens.backend.cuda.memory.PageTable;
import dev.mens.backend.cuda.program.Ahead.Step;
import dev.mens.backend.cuda.program.BatchPlan.Output;
import dev.mens.backend.cuda.program.BatchPlan.Pass;
import dev.mens.backend.cuda.program.BatchPlan.Work;
import dev.mens.backend.cuda.program.Stage.Result;
import dev.mens.compute.DeviceLostException;
import dev.mens.compute.DrawingProgram;
import dev.mens.compute.Network;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A network on one or several devices. When a device loses its context, everything is brought
/// there again and the sequences that run are computed anew from their tokens. Where the driver
/// gives no new context the program is lost, and its streams can go on elsewhere.
final class CudaProgram implements DrawingProgram {
    private static final Logger LOG = LoggerFactory.getLogger(CudaProgram.class);

    /// Lives that one batch may cost; what fails more often is no accident.
    private static final int MOST_LIVES = 3;

    private final Network network;
    private final ProgramPlan plan;
    private final StageOpener opener;
    private final boolean causal;
    private final int mostRows;
    private final int tileRows;
    private final PageTable table;
    private final PagePool pool;
    private final Ahead ahead = new Ahead();
    private List<Stage> stages;
    private @Nullable DeviceLostException loss;
    private int life;

    /// Brings the stages of a plan to their devices.
    @FunctionalInterface
    interface StageOpener {
        List<Stage> open() throws IOException, InterruptedException;
    }

    CudaProgram(Network network, ProgramPlan plan, StageOpener opener)
            throws IOException, InterruptedException {
        this.network = network;
        this.plan = plan;
        this.opener = opener;
        causal = Shapes.causal(network);
        mostRows = plan.stages().getFirst().limits().rows();
        tileRows = Shapes.tileRows(network);
        table = new PageTable(ProgramPlan.SEQUENCES, plan.stages().getFirst().limits().mostPages());
        stages = opener.open();
        boolean whole = false;
        try {
            pool =
                    new PagePool(
                            plan.pages(),
                            plan.stages().stream().mapToLong(StagePlan::pageBytesOfAll).sum(),
                            plan.granulePages(),
                            this::back);
            whole = true;
        } finally {
            if (!whole) {
                close();
            }
        }
    }

    private void back(int firstPage, int pages) {
        for (var stage : stages) {
            stage.back(firstPage, pages);
        }
    }

    @Override
    public Cache cache(int capacityTokens) {
        return use(() -> new PagedCache(pool, table, capacityTokens, life));
    }

    @Override
    public void run(List<Segment> batch) throws InterruptedException {
        run(batch, Collections.nCopies(batch.size(), null), new int[batch.size()]);
    }

    @Override
    public void run(List<Segment> batch, List<@Nullable Draw> draws, int[] tokens)
            throws InterruptedException {
        var caches = new ArrayList<PagedCache>();
        var temporary = new ArrayList<PagedCache>();
        try {
            for (var segment : batch) {
                if (segment.cache() instanceof PagedCache cache) {
                    caches.add(cache);
                } else {
                    var cache = new PagedCache(pool, table, segment.tokens().length, life);
                    temporary.add(cache);
                    caches.add(cache);
                }
            }
            use(
                    () -> {
                        compute(batch, caches, draws, tokens);
                        return null;
                    });
        } finally {
            temporary.forEach(PagedCache::close);
        }
        for (int s = 0; s < batch.size(); s++) {
            caches.get(s).append(batch.get(s).tokens());
        }
    }

    /// What may end with the device.
    private interface Use<T, E extends Exception> {
        T on() throws E;
    }

    /// Does something on the devices, again in a new life if they lose their contexts.
    private <T, E extends Exception> T use(Use<T, E> use) throws E {
        for (int lives = 1; ; lives++) {
            if (loss != null) {
                throw loss;
            }
            try {
                stages.forEach(stage -> stage.gpu().enter());
                return use.on();
            } catch (GpuException failure) {
                ahead.forget();
                if (failure.outOfMemory()) {
                    throw OUT_OF_MEMORY.because(failure, names());
                }
                if (!failure.sticky() || lives == MOST_LIVES) {
                    throw FAULT.because(failure, names(), failure.getMessage());
                }
                LOG.warn("{}: {}; starting it again", names(), failure.getMessage());
                revive();
            }
        }
    }

    private String names() {
        return String.join(
                " with ", stages.stream().map(stage -> stage.gpu().facts().name()).toList());
    }

    private void revive() {
        stages.forEach(Stage::close);
        stages = List.of();
        try {
            stages = opener.open();
            pool.backAgain();
        } catch (GpuException refused) {
            loss = new DeviceLostException(refused.getMessage(), refused);
            throw loss;
        } catch (IOException unreadable) {
            throw FAULT.because(unreadable, network.name(), unreadable.getMessage());
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw FAULT.because(cancelled, network.name(), "cancelled while it was loaded again");
        }
        table.changeAll();
        life++;
    }

    private void compute(
            List<Segment> batch, List<PagedCache> caches, List<@Nullable Draw> draws, int[] tokens)
            throws InterruptedException {
        replay(caches);
        var step = Step.of(batch, caches, draws);
        if (ahead.queued(step)) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            answer(Objects.requireNonNull(step), tokens);
            return;
        }
        var works = new ArrayList<Work>();
        for (int s = 0; s < batch.size(); s++) {
            works.add(work(batch.get(s), caches.get(s), draws.get(s)));
        }
        sendPages();
        for (var pass : BatchPlan.of(works, mostRows, tileRows).passes()) {
            if (Thread.interrupted()) {
                stages.getLast().await();
                throw new InterruptedException();
            }
            if (step != null && pass.single() && pass.count() == batch.size()) {
                through(pass, step.draws());
                answer(step, tokens);
            } else {
                through(pass, null);
                results(pass, batch, draws, tokens);
                stages.getLast().await();
            }
        }
    }

    /// Takes the tokens of a step that is queued, once the step behind it is queued too if that is
    /// likely to be wanted.
    private void answer(Step step, int[] tokens) {
        var stage = stages.getLast();
        boolean more = stages.size() == 1 && ahead.worthwhile() && mayGoOn(step);
        if (more) {
            step.caches().forEach(cache -> cache.reach(cache.length() + 2));
            sendPages();
            stage.follow(step.caches().size());
        }
        var chosen = stage.stepped(step.positions());
        System.arraycopy(chosen, 0, tokens, 0, chosen.length);
        ahead.answered(step, chosen, more);
    }

    /// Whether every sequence has room for one more token, which is turned by the same frequencies.
    private boolean mayGoOn(Step step) {
        return step.caches().stream()
                .allMatch(
                        cache ->
                                cache.length() + 2 <= cache.capacity()
                                        && beyond(cache.length() + 1)
                                                == beyond(cache.length() + 2));
    }

    /// Fills the pages of sequences that an earlier life of the device took with it.
    private void replay(List<PagedCache> caches) {
        var works = new ArrayList<Work>();
        for (var cache : caches) {
            if (!cache.isFrom(life) && cache.length() > 0) {
                works.add(new Work(cache.row(), cache.tokens(), 0, 0, causal, Wanted.NOTHING, 0));
            }
        }
        if (!works.isEmpty()) {
            sendPages();
            for (var pass : BatchPlan.of(works, mostRows, tileRows).passes()) {
                through(pass, null);
                stages.getLast().await();
            }
        }
        caches.forEach(cache -> cache.filledIn(life));
    }

    private Work work(Segment segment, PagedCache cache, @Nullable Draw draw) {
        int length = cache.length();
        int total = length + segment.tokens().length;
        cache.reach(total);
        // Longrope turns every position by other frequencies once the sequence is long.
        boolean anew = length > 0 && beyond(length) != beyond(total);
        var tokens = anew ? cache.with(segment.tokens()) : segment.tokens();
        return new Work(
                cache.row(),
                tokens,
                total - tokens.length,
                tokens.length - segment.tokens().length,
                causal,
                segment.wanted(),
                draw == null ? 0 : draw.position());
    }

    private long beyond(int length) {
        return network.layers().stream()
                .map(layer -> layer.attention().rope())
                .filter(rope -> rope != null && rope.beyond() != null)
                .filter(rope -> length > Objects.requireNonNull(rope).beyondTokens())
                .count();
    }

    private void sendPages() {
        var rows = new ArrayList<Integer>();
        table.changes(rows::add);
        if (!rows.isEmpty()) {
            stages.forEach(stage -> stage.pages(table, rows));
        }
    }

    /// Queues a pass on one device after the other.
    private void through(Pass pass, @Nullable List<Draw> draws) {
        MemorySegment stream = null;
        for (var stage : stages) {
            boolean last = stage == stages.getLast();
            stage.gpu().enter();
            stage.run(pass, stream, last ? draws : null);
            stream = last ? null : stage.stream(pass.count());
        }
    }

    private void results(Pass pass, List<Segment> batch, List<@Nullable Draw> draws, int[] tokens) {
        var drawing = new ArrayList<Output>();
        var logits = new ArrayList<Output>();
        var hidden = new ArrayList<Output>();
        for (var output : pass.outputs()) {
            boolean draw = draws.get(output.segment()) != null;
            switch (batch.get(output.segment()).wanted()) {
                case NOTHING -> {}
                case LAST_LOGITS -> (draw ? drawing : logits).add(output);
                case ALL_LOGITS -> logits.add(output);
                case HIDDEN -> hidden.add(output);
            }
        }
        var last = stages.getLast();
        for (var some : slices(drawing, Workspace.MOST_OUTPUTS)) {
            var rules =
                    some.stream()
                            .map(output -> Objects.requireNonNull(draws.get(output.segment())))
                            .toList();
            keep(some, last.draw(pass, some, rules), tokens);
        }
        fetch(logits, Result.LOGITS, network.vocabulary(), batch);
        fetch(hidden, Result.HIDDEN, network.hidden(), batch);
    }

    private static void keep(List<Output> outputs, int[] drawn, int[] tokens) {
        for (int i = 0; i < drawn.length; i++) {
            tokens[outputs.get(i).segment()] = drawn[i];
        }
    }

    private void fetch(List<Output> outputs, Result result, int width, List<Segment> batch) {
        var last = stages.getLast();
        for (var some : slices(outputs, Stage.FETCHED_ROWS)) {
            var rows = last.fetch(some, result);
            for (int i = 0; i < some.size(); i++) {
                var output = some.get(i);
                MemorySegment.copy(
                        rows,
                        ValueLayout.JAVA_FLOAT,
                        i * last.step(result) * Float.BYTES,
                        batch.get(output.segment()).out(),
                        output.place() * width,
                        width);
            }
        }
    }

    private static List<List<Output>> slices(List<Output> outputs, int most) {
        var slices = new ArrayList<List<Output>>();
        for (int from = 0; from < outputs.size(); from += most) {
            slices.add(outputs.subList(from, Math.min(outputs.size(), from + most)));
        }
        return slices;
    }

    @Override
    public int mostSequences() {
        return Workspace.MOST_OUTPUTS;
    }

    @Override
    public int promptTokens() {
        return mostRows;
    }

    @Override
    public long weightBytes() {
        return plan.stages().stream().mapToLong(StagePlan::weightBytes).sum();
    }

    @Override
    public void close() {
        stages.forEach(Stage::close);
    }
}
