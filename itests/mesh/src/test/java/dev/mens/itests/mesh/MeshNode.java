package dev.mens.itests.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A node of the shipped distribution with a home of its own, and the commands of whoever uses it.
/// It may be killed, paused and started again.
final class MeshNode implements AutoCloseable {
    private static final Path DIST = Path.of(System.getProperty("mens.dist")).normalize();
    private static final int PATIENCE_SECONDS = 120;

    /// Several nodes share two cores and little memory.
    private static final String JAVA_OPTIONS = "-Xmx256m -XX:+UseSerialGC";

    private final String name;
    private final Path home;
    private final List<String> prefix;
    private String options = "";
    private @Nullable Process process;

    /// How a command ended.
    record Result(int code, String out, String err) {
        JsonNode json() {
            assertEquals(0, code, () -> out + "\n" + err);
            return JsonMapper.shared().readTree(out);
        }

        void expectProblem(String id) {
            assertTrue(code != 0 && err.contains(id), () -> code + " " + out + "\n" + err);
            assertTrue(err.contains(". Remedy: "), err);
        }
    }

    /// @param prefix what runs it, such as `ip netns exec …`
    private MeshNode(Path folder, String name, List<String> prefix) {
        this.name = name;
        this.home = folder.resolve(name);
        this.prefix = prefix;
    }

    static MeshNode start(Path folder, String name) throws IOException {
        return start(folder, name, List.of());
    }

    static MeshNode start(Path folder, String name, List<String> prefix) throws IOException {
        var node = new MeshNode(folder, name, prefix);
        node.start();
        return node;
    }

    /// Returns when the node has said that it is ready.
    void start() throws IOException {
        var started = builder("node").redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        process = started;
        var err = started.errorReader(StandardCharsets.UTF_8);
        for (var line = err.readLine(); line != null; line = err.readLine()) {
            if (line.contains("node ready")) {
                Thread.ofVirtual().start(() -> drain(err));
                return;
            }
        }
        throw new AssertionError(name + " did not start");
    }

    private static void drain(Reader reader) {
        try {
            reader.transferTo(Writer.nullWriter());
        } catch (IOException closed) {
            // The node has ended.
        }
    }

    /// From the next start on, its clock is wrong.
    void setClockAhead(Duration ahead) {
        options = "-Dmens.test.clock.skew=" + ahead;
    }

    String name() {
        return name;
    }

    Path home() {
        return home;
    }

    /// Runs `vox` on this node's home.
    Result vox(String... words) throws IOException, InterruptedException {
        var out = Files.createTempFile("vox", ".out");
        var err = Files.createTempFile("vox", ".err");
        var running =
                builder(words).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        running.getOutputStream().close();
        assertTrue(running.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "it hangs");
        var result = new Result(running.exitValue(), Files.readString(out), Files.readString(err));
        Files.delete(out);
        Files.delete(err);
        return result;
    }

    JsonNode json(String... words) throws IOException, InterruptedException {
        var all = Arrays.copyOf(words, words.length + 1);
        all[words.length] = "--json";
        return vox(all).json();
    }

    /// A command that goes on; the caller reads what it prints.
    Process background(String... words) throws IOException {
        return builder(words)
                .redirectError(ProcessBuilder.Redirect.appendTo(complaints().toFile()))
                .start();
    }

    /// Standard error of all commands in the background.
    Path complaints() {
        return home.resolve("complaints");
    }

    /// Names of those who are in the mesh, as this node sees it; each once, or the test fails.
    Set<String> peers() throws IOException, InterruptedException {
        var names = new TreeSet<String>();
        for (var peer : json("mesh", "peers")) {
            assertTrue(names.add(peer.get("name").asString()), "a ghost of " + peer);
        }
        return names;
    }

    /// Waits until this node sees exactly these.
    void awaitPeers(Duration within, Set<String> names) throws Exception {
        Await.until(within, this::peers, seen -> seen.equals(names));
    }

    /// What `vox doctor` finds wrong with the mesh, by what it is about.
    Map<String, String> troubles() throws IOException, InterruptedException {
        var troubles = new TreeMap<String, String>();
        var report = JsonMapper.shared().readTree(vox("doctor", "--json").out());
        for (var check : report.get("checks")) {
            var what = check.get("what").asString();
            if (what.startsWith("mesh: ") && !check.get("status").asString().equals("OK")) {
                troubles.put(what.substring("mesh: ".length()), check.toString());
            }
        }
        return troubles;
    }

    String invite() throws IOException, InterruptedException {
        return json("mesh", "invite").get("token").asString();
    }

    /// How many connections were turned away for a reason.
    long refused(String reason) throws IOException, InterruptedException {
        for (var row : json("mesh", "status").get("refused")) {
            if (row.get("reason").asString().equals(reason)) {
                return row.get("count").asLong();
            }
        }
        return 0;
    }

    String log() throws IOException {
        return Files.readString(home.resolve("log/node.log"));
    }

    /// When its log first said something.
    LocalDateTime logged(String part) throws IOException {
        var time = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT);
        return log().lines()
                .filter(line -> line.contains(part))
                .findFirst()
                .map(line -> LocalDateTime.parse(line.substring(0, 23), time))
                .orElseThrow(() -> new AssertionError(name + " did not log: " + part));
    }

    /// SIGKILL: nothing is said to anybody.
    void kill() throws InterruptedException {
        signal("KILL");
        running().waitFor();
    }

    /// SIGSTOP: it holds its connections and is silent.
    void pause() throws InterruptedException {
        signal("STOP");
    }

    void resume() throws InterruptedException {
        signal("CONT");
    }

    /// Lets it run a fifth of the time, in steps too short to be taken for a hang, until it is
    /// closed.
    Slowed slowed() throws IOException {
        var pulses = "while kill -STOP $0; do sleep 0.08; kill -CONT $0; sleep 0.02; done";
        var pid = Long.toString(running().pid());
        return new Slowed(this, new ProcessBuilder("/bin/sh", "-c", pulses, pid).start());
    }

    record Slowed(MeshNode node, Process pulses) implements AutoCloseable {
        @Override
        public void close() {
            pulses.destroyForcibly().onExit().join();
            try {
                node.resume();
            } catch (InterruptedException over) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void signal(String signal) throws InterruptedException {
        try {
            var pid = Long.toString(running().pid());
            assertEquals(0, new ProcessBuilder("kill", "-" + signal, pid).start().waitFor());
        } catch (IOException noKill) {
            throw new AssertionError(noKill);
        }
    }

    private Process running() {
        var started = process;
        if (started == null) {
            throw new AssertionError(name + " was never started");
        }
        return started;
    }

    /// A port of the loopback that nobody uses now.
    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private ProcessBuilder builder(String... words) throws IOException {
        Files.createDirectories(home);
        var command = new ArrayList<>(prefix);
        command.add(DIST.resolve("bin/vox").toString());
        command.addAll(List.of(words));
        var builder = new ProcessBuilder(command);
        builder.environment().put("MENS_HOME", home.toString());
        builder.environment().put("MENS_JAVA_OPTIONS", JAVA_OPTIONS + " " + options);
        builder.directory(home.toFile());
        return builder;
    }

    @Override
    public void close() {
        var started = running();
        started.destroyForcibly();
        started.onExit().join();
    }
}
