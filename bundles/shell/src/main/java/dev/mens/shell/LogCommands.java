package dev.mens.shell;

import dev.mens.oplog.OpEntry;
import dev.mens.oplog.OpLog;
import dev.mens.oplog.OpLogProblem;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/// `vox log`: what happened here and in the mesh, signed.
@Component(service = Noun.class)
@GogoCommand(
        scope = "log",
        function = {"ls", "show", "status", "verify", "tail", "export"})
public final class LogCommands implements Noun {
    private static final int LISTED = 20;
    private static final int CHUNK = 500;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final OpLog log;

    @Activate
    public LogCommands(@Reference OpLog log) {
        this.log = log;
    }

    @Override
    public String summary() {
        return "what happened here and in the mesh, signed";
    }

    @Descriptor("list the latest entries, in the order in which they came")
    public List<LogRows.Row> ls(
            @Descriptor("at most so many, 20 without it")
                    @Parameter(
                            names = {"-n", "--count"},
                            absentValue = "")
                    @Nullable Integer count)
            throws IOException {
        return latest(count).stream().map(placed -> LogRows.row(placed.entry())).toList();
    }

    @Descriptor("show all of an entry")
    public String show(
            @Descriptor("print JSON")
                    @Parameter(names = "--json", presentValue = "true", absentValue = "false")
                    boolean json,
            @Descriptor("ID the entry's id, or its first digits") String id)
            throws IOException {
        var found = log.find(id, 3);
        if (found.isEmpty()) {
            throw OpLogProblem.NO_SUCH_ENTRY.with(id);
        }
        if (found.size() > 1) {
            var several =
                    found.stream()
                            .map(entry -> entry.id().shortHex())
                            .collect(Collectors.joining(", "));
            throw OpLogProblem.AMBIGUOUS.with(id, several);
        }
        var entry = found.getFirst();
        return json ? JsonText.of(LogRows.json(entry)) : LogRows.details(entry);
    }

    @Descriptor("say how large the log is, what it refused, and its digest")
    public LogRows.Status status() throws IOException {
        return LogRows.status(log.status(), log.digest());
    }

    @Descriptor("read everything again and check hashes, links and signatures")
    public LogRows.Verified verify(CommandSession session)
            throws IOException, InterruptedException {
        try (var bar = new TransferBar(Caller.of(session))) {
            var result = log.verify((done, total) -> bar.report("verifying", done, total));
            return new LogRows.Verified(result.entries(), result.bytes(), result.faults());
        }
    }

    @Descriptor("print the latest entries, one a line, and wait for more")
    public void tail(
            CommandSession session,
            @Descriptor("begin so many entries back, 20 without it")
                    @Parameter(
                            names = {"-n", "--count"},
                            absentValue = "")
                    @Nullable Integer count,
            @Descriptor("go on as entries come, until Ctrl-C")
                    @Parameter(
                            names = {"-f", "--follow"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean follow,
            @Descriptor("print JSON, one object a line")
                    @Parameter(names = "--json", presentValue = "true", absentValue = "false")
                    boolean json)
            throws IOException, InterruptedException {
        var out = Caller.of(session).out();
        long next = log.end();
        for (var placed : latest(count)) {
            print(out, placed.entry(), json);
            next = placed.position() + 1;
        }
        while (follow) {
            for (var placed : log.await(next, CHUNK, PATIENCE)) {
                print(out, placed.entry(), json);
                next = placed.position() + 1;
            }
        }
    }

    @Descriptor("write all entries as JSON lines, or as a CBOR sequence with their signed bytes")
    public @Nullable String export(
            CommandSession session,
            @Descriptor("write CBOR")
                    @Parameter(names = "--cbor", presentValue = "true", absentValue = "false")
                    boolean cbor,
            @Descriptor("[FILE] that does not exist yet; standard output without it")
                    @Nullable String file)
            throws IOException {
        var caller = Caller.of(session);
        if (file == null) {
            export(caller.out(), cbor);
            return null;
        }
        var target = caller.folder().resolve(file).normalize();
        try (var out = create(target)) {
            export(out, cbor);
        }
        return target.toString();
    }

    private static OutputStream create(Path target) throws IOException {
        try {
            var created = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW);
            return new BufferedOutputStream(created);
        } catch (FileAlreadyExistsException there) {
            throw ShellProblem.CANNOT_CREATE.because(there, target, "it exists already");
        } catch (NoSuchFileException nowhere) {
            throw ShellProblem.CANNOT_CREATE.because(nowhere, target, "its folder does not exist");
        } catch (FileSystemException refused) {
            var why = Objects.requireNonNullElse(refused.getReason(), "permission denied");
            throw ShellProblem.CANNOT_CREATE.because(refused, target, why);
        }
    }

    private void export(OutputStream out, boolean cbor) throws IOException {
        if (cbor) {
            log.export(out);
            out.flush();
            return;
        }
        long next = 0;
        for (var some = log.read(next, CHUNK); !some.isEmpty(); some = log.read(next, CHUNK)) {
            for (var placed : some) {
                var line = JsonText.line(LogRows.json(placed.entry())) + "\n";
                out.write(line.getBytes(StandardCharsets.UTF_8));
            }
            next = some.getLast().position() + 1;
        }
        out.flush();
    }

    private List<OpLog.Placed> latest(@Nullable Integer count) throws IOException {
        int wanted = count == null ? LISTED : count;
        if (wanted < 0) {
            throw ShellProblem.BAD_VALUE.with("--count", count, "0 or more");
        }
        var latest = new ArrayList<OpLog.Placed>();
        long next = Math.max(0, log.end() - wanted);
        while (latest.size() < wanted) {
            var some = log.read(next, wanted - latest.size());
            if (some.isEmpty()) {
                return latest;
            }
            latest.addAll(some);
            next = some.getLast().position() + 1;
        }
        return latest;
    }

    private static void print(PrintStream out, OpEntry entry, boolean json) {
        out.println(json ? JsonText.line(LogRows.json(entry)) : LogRows.line(entry));
        out.flush();
    }
}
