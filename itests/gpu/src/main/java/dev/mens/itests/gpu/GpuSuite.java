package dev.mens.itests.gpu;

import dev.mens.backend.cuda.gpu.Gpus;
import dev.mens.backend.cuda.gpu.Gpus.Probed;
import dev.mens.backend.cuda.jcuda.JcudaGpus;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// `java -cp 'lib/*' dev.mens.itests.gpu.GpuSuite PART [WORDS]`: runs a part of the suite and
/// prints what it found. Ends with 1 if something is not as it must be, and with 0 where there is
/// no device, after saying so.
public final class GpuSuite {
    private GpuSuite() {}

    public static void main(String[] words) throws Exception {
        System.exit(run(words) ? 0 : 1);
    }

    private static boolean run(String[] words) throws Exception {
        try (var gpus = new JcudaGpus()) {
            return switch (gpus.probe()) {
                case Probed.Nothing(var diagnostic) -> {
                    System.out.println("SKIPPED, nothing was checked: " + diagnostic);
                    yield true;
                }
                case Probed.Found found -> {
                    System.out.println("devices: " + found.devices());
                    yield part(words, gpus, found);
                }
            };
        }
    }

    private static boolean all(Gpus gpus, Probed.Found found, Path goldens) throws Exception {
        var devices = found.devices();
        boolean good = kernels(gpus, found, false);
        good &= new Parity(gpus, devices).run(goldens);
        good &= new Ranges(gpus, devices).run(goldens);
        good &= new Swaps(goldens.resolve("tinytales")).run(20);
        for (var type : List.of("BF16", "Q8_0", "Q4_K")) {
            good &= new Speed(gpus, devices).run(List.of("1B", type));
        }
        // Last: some drivers give a process no context after a fault.
        good &= new Faults(gpus, devices).run(goldens.resolve("tinytales"), 1000);
        return good;
    }

    private static boolean kernels(Gpus gpus, Probed.Found found, boolean quick) {
        try (var bench = new Bench(gpus, found.devices().getFirst(), quick)) {
            new FormatChecks(bench).run();
            new RowChecks(bench).run();
            new ChoiceChecks(bench).run();
            new LinearChecks(bench).run();
            new TileChecks(bench).run();
            new GatedChecks(bench).run();
            new AttendChecks(bench).run();
            return bench.good();
        }
    }

    private static boolean part(String[] words, Gpus gpus, Probed.Found found) throws Exception {
        var rest = List.of(Arrays.copyOfRange(words, Math.min(1, words.length), words.length));
        return switch (words.length == 0 ? "" : words[0]) {
            case "kernels" -> kernels(gpus, found, rest.contains("quick"));
            case "parity" -> new Parity(gpus, found.devices()).run(Path.of(rest.getFirst()));
            case "ranges" -> new Ranges(gpus, found.devices()).run(Path.of(rest.getFirst()));
            case "speed" -> new Speed(gpus, found.devices()).run(rest);
            case "faults" ->
                    new Faults(gpus, found.devices())
                            .run(Path.of(rest.getFirst()), Integer.parseInt(rest.get(1)));
            case "profile" -> new Profile(gpus, found.devices()).run(rest);
            case "swaps" -> new Swaps(Path.of(rest.getFirst())).run(20);
            case "loading" ->
                    new Loading(gpus, found.devices().getFirst()).run(Path.of(rest.getFirst()));
            case "all" -> all(gpus, found, Path.of(rest.getFirst()));
            default -> {
                System.out.println(
                        "parts: all GOLDENS, kernels [quick], parity GOLDENS, ranges GOLDENS, speed"
                                + " SHAPE TYPE [BATCH …], faults MODEL LOADS, swaps MODEL, profile"
                                + " SHAPE TYPE [dSEQUENCES|pTOKENS …], loading MODEL");
                yield false;
            }
        };
    }
}
