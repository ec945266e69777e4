package dev.mens.oplog.log;

import dev.mens.crypto.Hashing;
import dev.mens.crypto.PublicKey;
import dev.mens.crypto.Signer;
import dev.mens.crypto.Verifier;
import dev.mens.oplog.EntryId;
import dev.mens.oplog.Heads;
import dev.mens.oplog.Op;
import dev.mens.oplog.OpEntry;
import dev.mens.oplog.OpLog;
import dev.mens.oplog.OpLogProblem;
import dev.mens.oplog.Projection;
import dev.mens.oplog.entry.RawEntry;
import dev.mens.oplog.ledger.StandardProjections;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/// The log in the folder `oplog` of the node's state folder. It opens when it is first used; a node
/// that never uses it writes nothing.
@Component(service = {OpLog.class, Replica.class, SegmentedOpLog.class})
@Designate(ocd = SegmentedOpLog.Config.class)
public final class SegmentedOpLog implements OpLog, Replica {
    private static final int EXPORT_CHUNK = 1000;

    private final Optional<Path> folder;
    private final Trust trust;
    private final Clock clock;
    private final Duration trainingRetention;
    private final StandardProjections standard;
    private final Projections projections = new Projections();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private @Nullable Open open;
    private boolean closed;

    private record Open(Journal journal, Intake intake) {}

    @ObjectClassDefinition(name = "Op-log")
    @interface Config {
        @AttributeDefinition(description = "days that gradient shards are kept")
        int trainingDays() default 30;
    }

    @Activate
    public SegmentedOpLog(
            BundleContext context,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) Hashing hashing,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) Signer signer,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) Verifier verifier,
            Config config) {
        this(
                Optional.ofNullable(context.getProperty("mens.home"))
                        .map(home -> Path.of(home, "oplog")),
                new Trust(hashing, signer, verifier),
                clock(context.getProperty("mens.test.clock.skew")),
                Duration.ofDays(config.trainingDays()));
    }

    SegmentedOpLog(Optional<Path> folder, Trust trust, Clock clock, Duration trainingRetention) {
        this.folder = folder;
        this.trust = trust;
        this.clock = clock;
        this.trainingRetention = trainingRetention;
        this.standard = new StandardProjections(trust.hashing());
        standard.all().forEach(projections::add);
    }

    /// Tests of clocks that are wrong set them wrong.
    private static Clock clock(@Nullable String skew) {
        return skew == null
                ? Clock.systemUTC()
                : Clock.offset(Clock.systemUTC(), Duration.parse(skew));
    }

    @Deactivate
    synchronized void close() throws IOException {
        closed = true;
        if (open != null) {
            open.journal().close();
        }
    }

    /// What the standard projections know.
    public <T> T ask(Function<StandardProjections, T> question) throws IOException {
        open();
        synchronized (projections) {
            return question.apply(standard);
        }
    }

    @Override
    public List<OpEntry> append(List<? extends Op> ops) throws IOException, InterruptedException {
        return ops.isEmpty() ? List.of() : journal().append(ops);
    }

    @Override
    public List<OpEntry> find(String prefix, int limit) throws IOException {
        var digits = prefix.toLowerCase(Locale.ROOT);
        if (!digits.matches("[0-9a-f]{1,64}")) {
            throw OpLogProblem.BAD_ID.with("\"" + prefix + "\"");
        }
        var journal = journal();
        return journal.shelves().find(digits, limit).stream().map(journal::entry).toList();
    }

    @Override
    public List<Placed> read(long from, int limit) throws IOException {
        var journal = journal();
        return journal.read(from, limit).stream()
                .map(stored -> new Placed(stored.position(), journal.entry(stored)))
                .toList();
    }

    @Override
    public long end() throws IOException {
        return journal().end();
    }

    @Override
    public List<Placed> await(long from, int limit, Duration patience)
            throws IOException, InterruptedException {
        journal().await(from, patience);
        return read(from, limit);
    }

    @Override
    public Heads heads() throws IOException {
        return journal().heads().heads();
    }

    @Override
    public byte[] digest() throws IOException {
        var heads = heads().all();
        var bytes =
                ByteBuffer.allocate(
                        heads.size() * (PublicKey.BYTES + 1 + Long.BYTES + EntryId.BYTES));
        for (var head : heads) {
            bytes.put(head.author().bytes()).put((byte) head.retention().code());
            bytes.putLong(head.next()).put(head.last().bytes());
        }
        return trust.hashing().blake3(bytes.array());
    }

    @Override
    public Status status() throws IOException {
        var now = open();
        var authors = new HashSet<PublicKey>();
        long entries = 0;
        for (var one : now.journal().heads().states().entrySet()) {
            authors.add(one.getKey().author());
            entries += one.getValue().next() - one.getValue().floor();
        }
        return new Status(
                entries,
                now.journal().shelves().bytes(),
                authors.size(),
                now.intake().waiting(),
                now.intake().refused());
    }

    @Override
    public Verification verify(Progress progress) throws IOException {
        return journal().verify(progress);
    }

    @Override
    public void export(OutputStream out) throws IOException {
        var journal = journal();
        long at = 0;
        for (; ; ) {
            var some = journal.read(at, EXPORT_CHUNK);
            if (some.isEmpty()) {
                return;
            }
            for (var stored : some) {
                out.write(stored.raw().encode());
            }
            at = some.getLast().position() + 1;
        }
    }

    @Override
    public Attachment attach(Projection projection) throws IOException {
        journal().attach(projection);
        return () -> projections.remove(projection);
    }

    @Override
    public Map<Slot, Reach> reaches() throws IOException {
        return journal().heads().states();
    }

    @Override
    public void missing(Map<Slot, Reach> theirs, Taker taker) throws IOException {
        var missing = new Missing(journal().shelves(), reaches(), theirs);
        for (var next = missing.next(); next.isPresent(); next = missing.next()) {
            taker.take(next.get().raw());
        }
    }

    @Override
    public Delivery verify(
            List<RawEntry> entries, Map<Slot, Reach> theirs, Predicate<PublicKey> admitted)
            throws IOException {
        var floors = new HashMap<Slot, Long>();
        theirs.forEach((slot, reach) -> floors.put(slot, reach.floor()));
        return open().intake().verify(entries, floors, admitted);
    }

    @Override
    public boolean everJoined(PublicKey peer) throws IOException {
        return ask(known -> known.members().everJoined(peer));
    }

    @Override
    public boolean isHere(PublicKey peer) throws IOException {
        return ask(known -> known.members().isHere(peer));
    }

    @Override
    public void listen(Runnable grown) {
        listeners.add(grown);
    }

    @Override
    public void unlisten(Runnable grown) {
        listeners.remove(grown);
    }

    private Journal journal() throws IOException {
        return open().journal();
    }

    private void grown() {
        listeners.forEach(Runnable::run);
    }

    private synchronized Open open() throws IOException {
        if (closed) {
            throw OpLogProblem.CLOSED.with("the node is stopping");
        }
        if (open == null) {
            var settings =
                    new Journal.Settings(
                            folder.orElseThrow(OpLogProblem.NO_HOME::with), trainingRetention);
            var journal = Journal.open(settings, trust, clock, projections, this::grown);
            open = new Open(journal, new Intake(journal, trust, clock));
        }
        return open;
    }
}
