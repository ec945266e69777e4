package dev.mens.policy.hardware;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mens.compute.HardwareReport.Processor;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LinuxProcessorProbeTest {
    private static final String CPUINFO =
            """
            processor	: 0
            model name	: AMD EPYC 7B13
            flags		: fpu sse2 avx2 fma avx512_vnni

            processor	: 1
            model name	: AMD EPYC 7B13
            flags		: fpu sse2 avx2 fma avx512_vnni
            """;
    private static final String MEMINFO = "MemTotal:       32768000 kB\nMemFree:        1000 kB\n";

    private static FakeMachine machine() {
        return FakeMachine.linux()
                .with("/proc/cpuinfo", CPUINFO)
                .with("/proc/meminfo", MEMINFO)
                .with("/proc/self/status", "Name:\tjava\nCpus_allowed_list:\t0-15\n")
                .with("/proc/self/cgroup", "0::/user.slice/mens.service\n");
    }

    private static Processor probed(FakeMachine machine) throws IOException {
        var finding = new LinuxProcessorProbe().on(machine);
        return assertInstanceOf(Probe.FoundProcessor.class, finding).processor();
    }

    @Test
    void name_and_features_are_those_of_cpuinfo() throws IOException {
        var processor = probed(machine());
        assertEquals("AMD EPYC 7B13", processor.model());
        assertEquals(List.of("fpu", "sse2", "avx2", "fma", "avx512_vnni"), processor.features());
        assertEquals(32768000L << 10, processor.memoryBytes());
        assertEquals(16, processor.cores());
    }

    @Test
    void an_arm_processor_is_named_by_its_numbers() throws IOException {
        var arm =
                machine()
                        .with(
                                "/proc/cpuinfo",
                                """
                                processor	: 0
                                Features	: fp asimd asimddp i8mm
                                CPU implementer	: 0x41
                                CPU part	: 0xd40
                                """);
        assertEquals("0x41 part 0xd40", probed(arm).model());
        assertEquals(List.of("fp", "asimd", "asimddp", "i8mm"), probed(arm).features());
    }

    @Test
    void only_processors_that_affinity_allows_are_counted() throws IOException {
        var pinned = machine().with("/proc/self/status", "Cpus_allowed_list:\t0-2,8,10-11\n");
        assertEquals(6, probed(pinned).cores());
    }

    @Test
    void without_an_affinity_list_the_processors_of_cpuinfo_are_counted() throws IOException {
        assertEquals(2, probed(machine().with("/proc/self/status", "")).cores());
    }

    @Test
    void a_quota_of_one_and_a_half_cores_counts_as_two() throws IOException {
        var limited =
                machine().with("/sys/fs/cgroup/user.slice/mens.service/cpu.max", "150000 100000\n");
        assertEquals(2, probed(limited).cores());
    }

    @Test
    void the_limit_of_a_parent_group_holds_too() throws IOException {
        var limited =
                machine()
                        .with("/sys/fs/cgroup/user.slice/mens.service/cpu.max", "max 100000\n")
                        .with("/sys/fs/cgroup/user.slice/cpu.max", "400000 100000\n")
                        .with("/sys/fs/cgroup/user.slice/memory.max", "2147483648\n")
                        .with("/sys/fs/cgroup/user.slice/mens.service/memory.max", "max\n");
        assertEquals(4, probed(limited).cores());
        assertEquals(2L << 30, probed(limited).memoryBytes());
    }

    @Test
    void a_container_that_sees_its_group_as_the_root_is_limited() throws IOException {
        var limited =
                machine()
                        .with("/proc/self/cgroup", "0::/\n")
                        .with("/sys/fs/cgroup/cpu.max", "300000 100000\n")
                        .with("/sys/fs/cgroup/memory.max", "1073741824\n");
        assertEquals(3, probed(limited).cores());
        assertEquals(1L << 30, probed(limited).memoryBytes());
    }

    @Test
    void limits_of_version_1_groups_hold() throws IOException {
        var limited =
                machine()
                        .with("/proc/self/cgroup", "4:cpu,cpuacct:/box\n7:memory:/box\n")
                        .with("/sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_quota_us", "200000\n")
                        .with("/sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_period_us", "100000\n")
                        .with("/sys/fs/cgroup/memory/box/memory.limit_in_bytes", "536870912\n")
                        .with("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712");
        assertEquals(2, probed(limited).cores());
        assertEquals(512L << 20, probed(limited).memoryBytes());
    }

    @Test
    void an_unlimited_version_1_group_limits_nothing() throws IOException {
        var unlimited =
                machine()
                        .with("/proc/self/cgroup", "4:cpu,cpuacct:/\n")
                        .with("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n")
                        .with("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n")
                        .with("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712");
        assertEquals(16, probed(unlimited).cores());
        assertEquals(32768000L << 10, probed(unlimited).memoryBytes());
    }

    @Test
    void files_that_make_no_sense_limit_nothing() throws IOException {
        var odd =
                machine()
                        .with("/proc/self/cgroup", "nonsense\n0::\n")
                        .with("/proc/self/status", "Cpus_allowed_list:\t0-3,x,9-4\n")
                        .with("/sys/fs/cgroup/cpu.max", "100000 0\n")
                        .with("/sys/fs/cgroup/memory.max", "-5\n");
        assertEquals(4, probed(odd).cores());
        assertEquals(32768000L << 10, probed(odd).memoryBytes());
    }

    @Test
    void a_machine_without_proc_fails() {
        assertThrows(IOException.class, () -> probed(FakeMachine.linux()));
    }
}
