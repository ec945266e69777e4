package dev.mens.itests.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One node of the assembled distribution with a home of its own, and the commands that a person
/// gives it. It can be killed, and started again.
final class MeshNode implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Path DIST = Path.of(System.getProperty("mens.dist")).normalize();
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    final String name;
    final Path home;
    private Process process;

    /// How a command ended.
    record Result(int code, String out, String err) {
        Result expect(int expected) {
            assertEquals(expected, code, () -> out + "\n" + err);
            return this;
        }

        JsonNode json() {
            return JSON.readTree(out);
        }
    }

    private MeshNode(String name, Path home, Process process) {
        this.name = name;
        this.home = home;
        this.process = process;
    }

    static MeshNode start(String name, Path folder) throws IOException {
        var home = Files.createDirectories(folder.resolve(name));
        return new MeshNode(name, home, launch(home));
    }

    /// Nodes of one mesh, found through a shared folder and admitted by invitation.
    static List<MeshNode> mesh(Path folder, String... names)
            throws IOException, InterruptedException {
        var meeting = Files.createDirectories(folder.resolve("meeting")).toString();
        var nodes = new ArrayList<MeshNode>();
        for (var name : names) {
            var node = start(name, folder);
            nodes.add(node);
            if (nodes.size() == 1) {
                node.vox(
                                "mesh", "up", "--profile", "folder", "--folder", meeting, "--name",
                                "test", "--node", name, "--bind", "127.0.0.1:0")
                        .expect(0);
            } else {
                var token = nodes.getFirst().vox("mesh", "invite", "--json").expect(0).json();
                node.vox(
                                "mesh",
                                "join",
                                "--node",
                                name,
                                "--bind",
                                "127.0.0.1:0",
                                token.get("token").asString())
                        .expect(0);
            }
        }
        for (var node : nodes) {
            node.await(() -> node.peers() == nodes.size(), "all peers");
        }
        return nodes;
    }

    private static Process launch(Path home) throws IOException {
        var process =
                builder(home, List.of("node"))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        var err = process.errorReader(StandardCharsets.UTF_8);
        var said = new StringBuilder();
        for (var line = err.readLine(); line != null; line = err.readLine()) {
            said.append(line).append('\n');
            if (line.contains("node ready")) {
                Thread.ofVirtual().start(() -> drain(err));
                return process;
            }
        }
        throw new AssertionError("the node did not start: " + said);
    }

    private static void drain(Reader reader) {
        try {
            reader.transferTo(Writer.nullWriter());
        } catch (IOException closed) {
            return;
        }
    }

    private static ProcessBuilder builder(Path home, List<String> arguments) {
        var command = new ArrayList<String>(List.of(DIST.resolve("bin/vox").toString()));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command);
        builder.environment().put("MENS_HOME", home.toString());
        builder.directory(home.toFile());
        return builder;
    }

    Result vox(String... arguments) throws IOException, InterruptedException {
        var out = Files.createTempFile("vox", ".out");
        var err = Files.createTempFile("vox", ".err");
        var command =
                builder(home, List.of(arguments))
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
        command.getOutputStream().close();
        assertTrue(command.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS), "it hangs");
        var result = new Result(command.exitValue(), Files.readString(out), Files.readString(err));
        Files.delete(out);
        Files.delete(err);
        return result;
    }

    /// A command that goes on beside the test.
    Process begin(String... arguments) throws IOException {
        var command =
                builder(home, List.of(arguments))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        command.getOutputStream().close();
        return command;
    }

    String predict(String model, int tokens, String prompt)
            throws IOException, InterruptedException {
        return vox("predict", "-m", model, "-t", "0", "-n", "" + tokens, prompt).expect(0).out();
    }

    String id() {
        return json("mesh", "status").get("id").asString();
    }

    private int peers() {
        return json("mesh", "peers").size();
    }

    JsonNode json(String... arguments) {
        var all = new ArrayList<>(List.of(arguments));
        all.add("--json");
        try {
            return vox(all.toArray(String[]::new)).expect(0).json();
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /// Bytes of chunks that this node sent, to all or to one.
    long sentBytes() {
        long sum = 0;
        for (var peer : json("model", "traffic")) {
            sum += peer.get("sentBytes").asLong();
        }
        return sum;
    }

    /// Asks until it is so: each question is a command, which takes its time.
    void await(BooleanSupplier condition, String what) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, name + " waits in vain for " + what);
        }
    }

    void awaitOffer(String model) {
        await(
                () -> {
                    for (var offer : json("model", "offers")) {
                        if (offer.get("name").asString().equals(model)
                                && !offer.get("peers").isEmpty()) {
                            return true;
                        }
                    }
                    return false;
                },
                "an offer of " + model);
    }

    /// What `vox backend ls` says of the backend of a peer, for a model.
    void awaitBackendOf(MeshNode peer) {
        await(
                () -> {
                    for (var backend : json("backend", "ls")) {
                        if (backend.get("id").asString().startsWith(peer.name + "-")) {
                            return true;
                        }
                    }
                    return false;
                },
                "a backend of " + peer.name);
    }

    /// SIGKILL.
    void kill() throws InterruptedException {
        process.destroyForcibly();
        assertTrue(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }

    /// As when its machine hangs.
    void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        var kill = new ProcessBuilder("kill", "-" + signal, "" + process.pid()).start();
        assertEquals(0, kill.waitFor());
    }

    /// After {@link #kill}: the same node again, which returns to its mesh.
    void restart() throws IOException {
        process = launch(home);
        await(() -> json("mesh", "status").get("up").asBoolean(), "its mesh");
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
