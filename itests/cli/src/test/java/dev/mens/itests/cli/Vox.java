package dev.mens.itests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The command `vox` of the distribution, on one home.
record Vox(Path home) {
    private static final Path DIST = Path.of(System.getProperty("mens.dist")).normalize();
    private static final int PATIENCE_SECONDS = 120;

    /// How a command ended.
    record Result(int code, String out, String err) {

        Result expect(int expected) {
            assertEquals(expected, code, () -> out + "\n" + err);
            return this;
        }

        /// A diagnostic as the project promises it: exit code 3, an ID, no stack trace.
        Result expectBadInput(String id) {
            expect(3);
            assertTrue(err.contains(id), err);
            assertTrue(err.contains(". Remedy: "), err);
            assertFalse(err.contains("Exception") || err.contains("\tat "), err);
            return this;
        }
    }

    static Path binary() {
        return DIST.resolve("bin/vox");
    }

    static Path model(String name) {
        return DIST.resolve("models").resolve(name);
    }

    Result run(String... arguments) throws IOException, InterruptedException {
        return runWith(new byte[0], arguments);
    }

    Result runWith(byte[] input, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>(List.of(binary().toString()));
        command.addAll(List.of(arguments));
        return runAll(input, command);
    }

    Result runAll(byte[] input, List<String> command) throws IOException, InterruptedException {
        var out = Files.createTempFile("vox", ".out");
        var err = Files.createTempFile("vox", ".err");
        var process =
                builder(command).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input);
        } catch (IOException closed) {
            // The command did not want it.
        }
        assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "it hangs");
        return new Result(process.exitValue(), read(out), read(err));
    }

    /// A node in the foreground, ready to serve.
    Node node() throws IOException {
        var process =
                builder(List.of(binary().toString(), "node"))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        var err = process.errorReader(StandardCharsets.UTF_8);
        for (var line = err.readLine(); line != null; line = err.readLine()) {
            if (line.contains("node ready")) {
                Thread.ofVirtual().start(() -> drain(err));
                return new Node(process);
            }
        }
        throw new AssertionError("the node did not start");
    }

    /// Keeps the pipe empty until the process ends, which closes it under us.
    private static void drain(Reader reader) {
        try {
            reader.transferTo(Writer.nullWriter());
        } catch (IOException closed) {
            return;
        }
    }

    /// The running process of `vox node`.
    record Node(Process process) implements AutoCloseable {
        int stop() throws InterruptedException {
            process.destroy();
            assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "it does not stop");
            return process.exitValue();
        }

        @Override
        public void close() {
            process.destroy();
            assertEquals(0, process.onExit().join().exitValue());
        }
    }

    private ProcessBuilder builder(List<String> command) {
        var builder = new ProcessBuilder(command);
        builder.environment().put("MENS_HOME", home.toString());
        builder.directory(home.getParent().toFile());
        return builder;
    }

    private static String read(Path file) throws IOException {
        var text = Files.readString(file);
        Files.delete(file);
        return text;
    }
}
