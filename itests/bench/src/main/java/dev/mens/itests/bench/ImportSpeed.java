package dev.mens.itests.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// `vox model import` of a large model beside `cp` and `openssl dgst -sha3-512`, in turn.
///
/// * `-Dbench.bytes=2147483648` of the weights
/// * `-Dbench.pairs=3`
/// * `-Dbench.folder=target/import` on the disk to measure
public final class ImportSpeed {
    private ImportSpeed() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] none) throws IOException, InterruptedException {
        var folder = Path.of(System.getProperty("bench.folder", "target/import")).toAbsolutePath();
        long bytes = Long.getLong("bench.bytes", 2L << 30);
        int pairs = Integer.getInteger("bench.pairs", 3);
        var source = RandomModel.write(folder.resolve("model"), bytes, 1);
        var weights = source.resolve("model.safetensors");
        var copy = folder.resolve("copy");
        var ours = new ArrayList<Double>();
        var theirs = new ArrayList<Double>();
        try (var node = Node.start(folder.resolve("home"))) {
            for (int pair = 0; pair < pairs; pair++) {
                ours.add(
                        seconds(
                                () ->
                                        node.run(
                                                "model",
                                                "import",
                                                "--name",
                                                "it",
                                                source.toString())));
                node.run("model", "rm", "it");
                theirs.add(
                        seconds(
                                () -> {
                                    run("cp", weights.toString(), copy.toString());
                                    run("openssl", "dgst", "-sha3-512", copy.toString());
                                }));
                Files.delete(copy);
            }
        }
        // The less time, the faster: a speed is the other side's time.
        var times = new Pairs("seconds", /* ours= */ theirs, /* theirs= */ ours);
        System.out.printf(
                Locale.ROOT,
                "cp and openssl %.1f s, import %.1f s: %.2f × as fast (%.2f to %.2f, %d pairs)%n",
                Pairs.median(theirs),
                Pairs.median(ours),
                times.ratio(),
                times.least(),
                times.most(),
                pairs);
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static double seconds(Work work) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        work.run();
        return (System.nanoTime() - begun) / 1e9;
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Processes.output(new ProcessBuilder(List.of(command)));
    }
}
