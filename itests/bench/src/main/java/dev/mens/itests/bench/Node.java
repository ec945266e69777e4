package dev.mens.itests.bench;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A node of the shipped distribution, and the command `vox` that talks to it.
final class Node implements AutoCloseable {
    private static final Path DIST = Path.of(System.getProperty("mens.dist")).normalize();

    private final Path home;
    private final Process process;

    private Node(Path home, Process process) {
        this.home = home;
        this.process = process;
    }

    /// Starts a node and waits until it is ready.
    ///
    /// @param home kept from run to run, with the models in it
    static Node start(Path home) throws IOException {
        if (!Files.isExecutable(DIST.resolve("bin/vox"))) {
            throw new IOException("no distribution at " + DIST + ": run ./mvnw verify first");
        }
        var folder = Files.createDirectories(home.toAbsolutePath().normalize());
        var process =
                command(folder, List.of("node"))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        var log = process.errorReader(StandardCharsets.UTF_8);
        var seen = new ArrayList<String>();
        for (var line = log.readLine(); line != null; line = log.readLine()) {
            seen.add(line);
            if (line.contains("node ready")) {
                Thread.ofVirtual().start(() -> drain(log));
                return new Node(folder, process);
            }
        }
        throw new IOException("the node did not start: " + String.join("\n", seen));
    }

    Path home() {
        return home;
    }

    long pid() {
        return process.pid();
    }

    /// Runs a command that prints JSON.
    JsonNode json(String... words) throws IOException, InterruptedException {
        return JsonMapper.shared().readTree(run(words));
    }

    /// Runs a command and returns what it prints.
    String run(String... words) throws IOException, InterruptedException {
        return Processes.output(command(home, List.of(words)));
    }

    /// A command whose output is read as it comes.
    Process begin(String... words) throws IOException {
        var process =
                command(home, List.of(words))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        process.getOutputStream().close();
        return process;
    }

    /// Name of a model in the node's store, which is imported if it is not there yet.
    String model(Path source) throws IOException, InterruptedException {
        var name =
                source.getParent().getFileName()
                        + "-"
                        + source.getFileName().toString().replaceAll("\\.gguf$", "");
        for (var row : json("model", "ls", "--json")) {
            for (var one : row.get("names")) {
                if (one.asString().equals(name)) {
                    return name;
                }
            }
        }
        run("model", "import", "--name", name, source.toString());
        return name;
    }

    /// As `kill -9` does.
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }

    private static ProcessBuilder command(Path home, List<String> words) {
        var command = new ArrayList<>(List.of(DIST.resolve("bin/vox").toString()));
        command.addAll(words);
        var builder = new ProcessBuilder(command);
        builder.environment().put("MENS_HOME", home.toString());
        return builder;
    }

    /// Keeps the pipe empty until the process ends, which closes it under us.
    private static void drain(Reader reader) {
        try (reader) {
            reader.transferTo(Writer.nullWriter());
        } catch (IOException closed) {
            return;
        }
    }
}
