package dev.mens.policy.hardware;

import dev.mens.compute.HardwareReport.Processor;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// The processor of a Linux machine, as much of it as this process may use: affinity and container
/// limits count.
final class LinuxProcessorProbe implements Probe {
    private static final Pattern PROCESSOR = Pattern.compile("(?m)^processor\\s*:");
    private static final Pattern ALLOWED = Pattern.compile("(?m)^Cpus_allowed_list:\\s*(\\S+)$");
    private static final Pattern MEMORY = Pattern.compile("(?m)^MemTotal:\\s*(\\d{1,15}) kB$");

    @Override
    public String name() {
        return "linux-cpu";
    }

    @Override
    public Finding on(Machine machine) throws IOException {
        if (!machine.isLinux()) {
            return new NotApplicable("needs Linux, this is " + machine.os());
        }
        var cpuinfo =
                machine.read("/proc/cpuinfo")
                        .orElseThrow(() -> new IOException("/proc/cpuinfo cannot be read"));
        var groups = ControlGroups.of(machine);
        int allowed = allowedProcessors(machine, cpuinfo);
        int cores = Math.max(1, Math.min(allowed, groups.cores().orElse(Integer.MAX_VALUE)));
        long total = totalBytes(machine);
        long memory = Math.min(total, groups.memoryBytes().orElse(Long.MAX_VALUE));
        var processor =
                new Processor(
                        model(cpuinfo), machine.architecture(), cores, memory, features(cpuinfo));
        return new FoundProcessor(
                processor,
                "%d cores of %d allowed, %d MiB of %d"
                        .formatted(cores, allowed, memory >> 20, total >> 20));
    }

    private static int allowedProcessors(Machine machine, String cpuinfo) {
        var status = machine.read("/proc/self/status").orElse("");
        var allowed = ALLOWED.matcher(status);
        if (allowed.find()) {
            return CpuList.count(allowed.group(1));
        }
        return (int) PROCESSOR.matcher(cpuinfo).results().count();
    }

    private static long totalBytes(Machine machine) throws IOException {
        var memory = MEMORY.matcher(machine.read("/proc/meminfo").orElse(""));
        if (!memory.find()) {
            throw new IOException("/proc/meminfo has no MemTotal");
        }
        return Long.parseLong(memory.group(1)) << 10;
    }

    /// ARM kernels print no name, but numbers of the maker and the part.
    private static String model(String cpuinfo) {
        var name = field(cpuinfo, "model name");
        if (!name.isEmpty()) {
            return name;
        }
        var maker = field(cpuinfo, "CPU implementer");
        return maker.isEmpty() ? "unknown" : maker + " part " + field(cpuinfo, "CPU part");
    }

    private static List<String> features(String cpuinfo) {
        var x86 = field(cpuinfo, "flags");
        var flags = x86.isEmpty() ? field(cpuinfo, "Features") : x86;
        return flags.isEmpty() ? List.of() : List.of(flags.toLowerCase(Locale.ROOT).split("\\s+"));
    }

    private static String field(String cpuinfo, String name) {
        var matcher =
                Pattern.compile("(?m)^" + Pattern.quote(name) + "\\s*:\\s*(.*)$").matcher(cpuinfo);
        return matcher.find() ? matcher.group(1).strip() : "";
    }

    /// Lists such as `0-3,8`.
    static final class CpuList {
        private CpuList() {}

        static int count(String list) {
            int count = 0;
            for (var range : list.split(",")) {
                var ends = range.split("-");
                var first = number(ends[0]);
                var last = number(ends[ends.length - 1]);
                if (first.isPresent() && last.isPresent()) {
                    count += Math.clamp(last.getAsLong() - first.getAsLong() + 1, 0, 65536);
                }
            }
            return count;
        }

        private static OptionalLong number(String text) {
            return text.matches("\\d{1,9}")
                    ? OptionalLong.of(Long.parseLong(text))
                    : OptionalLong.empty();
        }
    }
}
