package dev.mens.itests.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The shipped distribution beside llama.cpp, on the same bytes: each GGUF file is imported as it
/// is, then both sides measure in turn. Prints each pair as it is measured, then a table; writes
/// `target/compare.json`.
///
/// * `-Dpeer=DIR` llama.cpp's tools
/// * `-Dmodels=DIR` GGUF files, in folders one below the other; `-Dbench.only=REGEX` of their paths
/// * `-Dbench.pairs=7`, `-Dbench.prefill=512`, `-Dbench.decode=64`
/// * `-Dbench.threads=2` on both sides
/// * `-Dbench.kernels=vector` ours without C
/// * `-Dbench.busy=true` beside a process that keeps one core busy; the peer then runs with one
///   thread and with all, and its better median counts
public final class Compare {
    private final Peer peer;
    private final Node node;
    private final int pairs = Integer.getInteger("bench.pairs", 7);
    private final int threads =
            Integer.getInteger("bench.threads", Runtime.getRuntime().availableProcessors());
    private final boolean busy = Boolean.getBoolean("bench.busy");
    private final Load load =
            new Load(
                    Integer.getInteger("bench.prefill", 512),
                    Integer.getInteger("bench.decode", 64));
    private final List<Pairs> results = new ArrayList<>();

    private Compare(Peer peer, Node node) {
        this.peer = peer;
        this.node = node;
    }

    public static void main(String[] none) throws IOException, InterruptedException {
        var peer = Peer.in(Path.of(System.getProperty("peer", "")));
        var files = models(Path.of(System.getProperty("models", "")));
        var home = Path.of(System.getProperty("bench.home", "target/bench-home"));
        try (var node = Node.start(home)) {
            var compare = new Compare(peer, node);
            for (var file : files) {
                node.model(file);
            }
            try (var _ = compare.busy ? BusyProcess.start() : null) {
                for (var file : files) {
                    compare.measure(file);
                }
            }
            compare.write();
        }
    }

    private static List<Path> models(Path folder) throws IOException {
        var only = System.getProperty("bench.only", ".*");
        try (var files = Files.walk(folder, 2)) {
            var found =
                    files.filter(file -> file.toString().matches(".*(" + only + ").*\\.gguf"))
                            .sorted()
                            .toList();
            if (found.isEmpty()) {
                throw new IOException("no GGUF file in " + folder);
            }
            return found;
        }
    }

    private void measure(Path file) throws IOException, InterruptedException {
        var name = node.model(file);
        var ours = new ArrayList<Speed>();
        var theirs = new ArrayList<Speed>();
        var theirsAlone = new ArrayList<Speed>();
        for (int pair = 1; pair <= pairs; pair++) {
            System.out.printf("%s, pair %d of %d: ", name, pair, pairs);
            ours.add(ours(name));
            theirs.add(shown("theirs", peer.measure(file, load, threads)));
            if (busy) {
                theirsAlone.add(shown("theirs on one thread", peer.measure(file, load, 1)));
            }
            System.out.println();
        }
        if (load.prefill() > 0) {
            add(
                    name + " prefill " + load.prefill(),
                    rates(ours, true),
                    rates(theirs, true),
                    rates(theirsAlone, true));
        }
        if (load.decode() > 0) {
            add(
                    name + " decode " + load.decode(),
                    rates(ours, false),
                    rates(theirs, false),
                    rates(theirsAlone, false));
        }
    }

    private Speed ours(String name) throws IOException, InterruptedException {
        var words =
                new ArrayList<>(List.of("bench", "--json", "--model", name, "--repetitions", "1"));
        words.addAll(List.of("--prefill", "" + load.prefill(), "--decode", "" + load.decode()));
        words.addAll(List.of("--streams", "1"));
        var kernels = System.getProperty("bench.kernels");
        if (kernels != null) {
            words.addAll(List.of("--kernels", kernels));
        }
        if (System.getProperty("bench.threads") != null) {
            words.addAll(List.of("--threads", "" + threads));
        }
        var report = node.json(words.toArray(String[]::new));
        double prefill = 0;
        double decode = 0;
        for (var row : report.get("measurements")) {
            double rate = row.get("tokensPerSecond").asDouble();
            if (row.get("kind").asString().equals("PREFILL")) {
                prefill = rate;
            } else {
                decode = rate;
            }
        }
        return shown(report.get("kernels").asString(), new Speed(prefill, decode));
    }

    private static Speed shown(String who, Speed speed) {
        System.out.printf(Locale.ROOT, "%s %.1f and %.1f  ", who, speed.prefill(), speed.decode());
        return speed;
    }

    private static List<Double> rates(List<Speed> speeds, boolean prefill) {
        return speeds.stream().map(speed -> prefill ? speed.prefill() : speed.decode()).toList();
    }

    private void add(String what, List<Double> ours, List<Double> theirs, List<Double> alone) {
        boolean alonePays = !alone.isEmpty() && Pairs.median(alone) > Pairs.median(theirs);
        var pairs = new Pairs(what, ours, alonePays ? alone : theirs);
        System.out.println(pairs.row());
        results.add(pairs);
    }

    private void write() throws IOException {
        System.out.println("\n| what | ours / theirs, tokens/s | ratio | in a pair | pairs |");
        System.out.println("|---|---|---|---|---|");
        results.forEach(pairs -> System.out.println(pairs.row()));
        var json = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        Files.writeString(
                Path.of("target/compare.json"),
                json.writeValueAsString(
                        Map.of("threads", threads, "busy", busy, "results", results)));
    }
}
