package dev.mens.policy.hardware;

import dev.mens.compute.HardwareReport.Processor;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// The processor of a Mac.
final class MacProcessorProbe implements Probe {
    private static final Pattern ARM_FEATURE =
            Pattern.compile("(?m)^hw\\.optional\\.arm\\.(FEAT_\\w+|AdvSIMD): 1$");

    /// Apple's names and Linux' for what kernels ask about.
    private static final Map<String, String> LINUX_NAMES =
            Map.of(
                    "AdvSIMD", "asimd",
                    "FEAT_FP16", "asimdhp",
                    "FEAT_DotProd", "asimddp",
                    "FEAT_I8MM", "i8mm",
                    "FEAT_BF16", "bf16",
                    "FEAT_SME", "sme");

    @Override
    public String name() {
        return "macos-cpu";
    }

    @Override
    public Finding on(Machine machine) throws IOException, InterruptedException {
        if (!machine.isMac()) {
            return new NotApplicable("needs macOS, this is " + machine.os());
        }
        var model = Sysctl.text(machine, "machdep.cpu.brand_string");
        int cores = Math.toIntExact(Sysctl.number(machine, "hw.logicalcpu"));
        long memory = Sysctl.number(machine, "hw.memsize");
        return new FoundProcessor(
                new Processor(model, machine.architecture(), cores, memory, features(machine)),
                model + ", " + cores + " cores");
    }

    private static List<String> features(Machine machine) throws IOException, InterruptedException {
        if (!machine.architecture().equals("aarch64")) {
            var flags =
                    Sysctl.text(machine, "machdep.cpu.features")
                            + " "
                            + Sysctl.text(machine, "machdep.cpu.leaf7_features");
            return List.of(flags.toLowerCase(Locale.ROOT).strip().split("\\s+"));
        }
        return ARM_FEATURE
                .matcher(machine.run("/usr/sbin/sysctl", "hw.optional"))
                .results()
                .map(match -> LINUX_NAMES.get(match.group(1)))
                .filter(feature -> feature != null)
                .sorted()
                .toList();
    }
}
