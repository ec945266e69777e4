package dev.mens.policy.hardware;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// The limits that Linux control groups, version 1 and 2, set on this process. A group's limit
/// holds for its children too, so the smallest from the own group up to the root counts. Inside a
/// container the own group is often seen as the root, or its path does not exist there.
///
/// @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html">Control group v2</a>
record ControlGroups(OptionalInt cores, OptionalLong memoryBytes) {
    private static final String ROOT = "/sys/fs/cgroup";

    static ControlGroups of(Machine machine) {
        var lines = machine.read("/proc/self/cgroup").orElse("").lines().toList();
        return new ControlGroups(cores(machine, lines), memory(machine, lines));
    }

    private static OptionalInt cores(Machine machine, List<String> lines) {
        var unified =
                folders(lines, "", ROOT)
                        .flatMap(folder -> machine.read(folder + "/cpu.max").stream())
                        .flatMap(text -> quota(text.strip().split("\\s+")).stream());
        var legacy =
                Stream.of("/cpu", "/cpu,cpuacct")
                        .flatMap(mount -> folders(lines, "cpu", ROOT + mount))
                        .flatMap(folder -> legacyQuota(machine, folder).stream());
        return Stream.concat(unified, legacy).mapToInt(Integer::intValue).min();
    }

    private static Optional<Integer> legacyQuota(Machine machine, String folder) {
        var quota = machine.read(folder + "/cpu.cfs_quota_us").map(String::strip);
        var period = machine.read(folder + "/cpu.cfs_period_us").map(String::strip);
        return quota.isPresent() && period.isPresent()
                ? quota(quota.get(), period.get())
                : Optional.empty();
    }

    /// Cores, rounded up, of microseconds in each period; none for `max` or `-1`.
    private static Optional<Integer> quota(String... text) {
        if (text.length < 2) {
            return Optional.empty();
        }
        var quota = number(text[0]);
        var period = number(text[1]);
        if (quota.isEmpty() || period.isEmpty() || period.getAsLong() == 0) {
            return Optional.empty();
        }
        long cores = Math.ceilDiv(quota.getAsLong(), period.getAsLong());
        return Optional.of(Math.clamp(cores, 1, Integer.MAX_VALUE));
    }

    private static OptionalLong memory(Machine machine, List<String> lines) {
        var unified = folders(lines, "", ROOT).map(folder -> folder + "/memory.max");
        var legacy =
                folders(lines, "memory", ROOT + "/memory")
                        .map(folder -> folder + "/memory.limit_in_bytes");
        return Stream.concat(unified, legacy)
                .flatMap(file -> machine.read(file).stream())
                .map(text -> number(text.strip()))
                .filter(OptionalLong::isPresent)
                .mapToLong(OptionalLong::getAsLong)
                .min();
    }

    /// The folders of the own group and all above it.
    ///
    /// @param controller empty for version 2, whose line is `0::/path`
    private static Stream<String> folders(List<String> lines, String controller, String mount) {
        var all = new ArrayList<String>();
        all.add(mount);
        for (var line : lines) {
            var fields = line.split(":", 3);
            if (fields.length == 3 && List.of(fields[1].split(",")).contains(controller)) {
                for (var path = fields[2]; path.length() > 1; path = parent(path)) {
                    all.add(mount + path);
                }
            }
        }
        return all.stream();
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    private static OptionalLong number(String text) {
        return text.matches("\\d{1,18}")
                ? OptionalLong.of(Long.parseLong(text))
                : OptionalLong.empty();
    }
}
