package dev.mens.launcher;

import dev.mens.console.Home;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// `log/node.log`, with up to {@link #KEPT} older files beside it.
final class NodeLog extends Handler {
    private static final long MAX_BYTES = 8 << 20;
    private static final int KEPT = 4;

    private final Path file;
    private final long maxBytes;
    private @Nullable OutputStream out;
    private long written;

    NodeLog(Path file, long maxBytes) throws IOException {
        this.file = file;
        this.maxBytes = maxBytes;
        setFormatter(new Line(true));
        open();
    }

    /// Sends everything that is logged to the home's log, and to standard error if asked.
    static void install(Home home, boolean onStandardError) throws IOException {
        var root = Logger.getLogger("");
        root.setLevel(Level.CONFIG);
        for (var handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.addHandler(new NodeLog(home.log().resolve("node.log"), MAX_BYTES));
        if (onStandardError) {
            var console = new ConsoleHandler();
            console.setFormatter(new Line(false));
            console.setLevel(Level.INFO);
            root.addHandler(console);
        }
    }

    @Override
    public synchronized void publish(LogRecord event) {
        if (!isLoggable(event) || out == null) {
            return;
        }
        try {
            var bytes = getFormatter().format(event).getBytes(StandardCharsets.UTF_8);
            if (written > 0 && written + bytes.length > maxBytes) {
                out.close();
                rotate();
                open();
            }
            out.write(bytes);
            written += bytes.length;
        } catch (IOException full) {
            reportError("log", full, java.util.logging.ErrorManager.WRITE_FAILURE);
        }
    }

    @Override
    public void flush() {}

    @Override
    public synchronized void close() {
        try {
            if (out != null) {
                out.close();
            }
            out = null;
        } catch (IOException ignored) {
            out = null;
        }
    }

    private void rotate() throws IOException {
        for (int age = KEPT; age >= 1; age--) {
            var younger = age == 1 ? file : aged(age - 1);
            if (Files.exists(younger)) {
                Files.move(younger, aged(age), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private Path aged(int age) {
        return file.resolveSibling(file.getFileName() + "." + age);
    }

    private void open() throws IOException {
        out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        written = Files.size(file);
    }

    /// One line an event, then the stack trace if there is one and it is wanted.
    static final class Line extends Formatter {
        private final boolean traces;

        Line(boolean traces) {
            this.traces = traces;
        }

        private static final DateTimeFormatter TIME =
                DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS")
                        .withZone(ZoneId.systemDefault());

        @Override
        public String format(LogRecord event) {
            var line = new StringBuilder();
            line.append(TIME.format(event.getInstant())).append(' ');
            line.append(event.getLevel().getName()).append(' ');
            line.append(event.getLoggerName()).append(": ").append(formatMessage(event));
            line.append('\n');
            if (traces && event.getThrown() != null) {
                var trace = new StringWriter();
                event.getThrown().printStackTrace(new PrintWriter(trace));
                line.append(trace);
            }
            return line.toString();
        }
    }
}
