package dev.mens.policy.hardware;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mens.compute.HardwareReport.Accelerator;
import dev.mens.policy.hardware.Machine.CudaDevice;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AcceleratorProbesTest {
    private static final long GIB = 1L << 30;

    @ParameterizedTest
    @CsvSource({
        "5,2,20", "6,1,40", "7,0,55", "7,5,60", "8,0,75", "8,6,75", "8,7,75", "8,9,80", "9,0,90",
        "10,0,95", "12,0,95"
    })
    void cuda_tiers_follow_compute_capability(int major, int minor, int tier) {
        assertEquals(tier, Tiers.cuda(major, minor, 24 * GIB));
        assertEquals(tier - 10, Tiers.cuda(major, minor, 6 * GIB));
    }

    @Test
    void a_card_sold_with_8_gigabytes_is_not_small() {
        assertEquals(75, Tiers.cuda(8, 6, 8_200_000_000L));
    }

    @ParameterizedTest
    @CsvSource({
        "Apple M1,40",
        "Apple M1 Pro,50",
        "Apple M2 Max,65",
        "Apple M3,60",
        "Apple M3 Ultra,80",
        "Apple M4 Pro,80",
        "Apple M9,70"
    })
    void metal_tiers_follow_the_chip(String chip, int tier) {
        assertEquals(OptionalInt.of(tier), Tiers.metal(chip));
    }

    @ParameterizedTest
    @CsvSource({"Apple M0", "AMD Radeon Pro 5500M", "Apple A14", "Apple M2 Lite", "''"})
    void other_chips_have_no_metal_tier(String chip) {
        assertEquals(OptionalInt.empty(), Tiers.metal(chip));
    }

    @Test
    void cuda_devices_are_those_of_the_driver() throws IOException {
        var machine =
                FakeMachine.linux()
                        .withCuda(new CudaDevice("NVIDIA RTX 4090", 24 * GIB, 8, 9, "13.0"));
        var found = assertInstanceOf(Probe.FoundAccelerators.class, new CudaProbe().on(machine));
        assertEquals(
                List.of(new Accelerator("cuda", "NVIDIA RTX 4090", 24 * GIB, "13.0", 80)),
                found.accelerators());
    }

    @Test
    void a_missing_driver_library_is_no_device() throws IOException {
        var finding = new CudaProbe().on(FakeMachine.linux());
        assertEquals(new Probe.NoDevice("libcuda.so.1 is missing"), finding);
    }

    @Test
    void a_refusing_driver_has_failed() {
        var machine =
                FakeMachine.linux()
                        .withFaultyCuda(new IOException("cuInit answered with error 999"));
        assertThrows(IOException.class, () -> new CudaProbe().on(machine));
    }

    @Test
    void a_card_that_only_the_kernel_knows_has_tier_0() {
        var machine =
                FakeMachine.linux()
                        .with(
                                "/proc/driver/nvidia/gpus/0000:01:00.0/information",
                                "Model: \t\t NVIDIA GeForce RTX 3090\nIRQ:   \t\t 123\n")
                        .with(
                                "/proc/driver/nvidia/version",
                                "NVRM version: NVIDIA UNIX x86_64 Kernel Module  570.86.15  Thu\n");
        var found =
                assertInstanceOf(
                        Probe.FoundAccelerators.class, new NvidiaModuleProbe().on(machine));
        assertEquals(
                List.of(new Accelerator("cuda", "NVIDIA GeForce RTX 3090", 0, "570.86.15", 0)),
                found.accelerators());
    }

    @Test
    void the_version_of_the_open_kernel_module_is_read_too() {
        var machine =
                FakeMachine.linux()
                        .with("/proc/driver/nvidia/gpus/0/information", "Model: H100\n")
                        .with(
                                "/proc/driver/nvidia/version",
                                "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64"
                                        + "  580.95.05  Release Build\n");
        var found =
                assertInstanceOf(
                        Probe.FoundAccelerators.class, new NvidiaModuleProbe().on(machine));
        assertEquals("580.95.05", found.accelerators().getFirst().driver());
    }

    @Test
    void amd_cards_are_found_among_connectors_and_others() {
        var machine =
                FakeMachine.linux()
                        .with("/sys/class/drm/card0/device/vendor", "0x10de\n")
                        .with("/sys/class/drm/card1/device/vendor", "0x1002\n")
                        .with("/sys/class/drm/card1/device/device", "0x744c\n")
                        .with("/sys/class/drm/card1/device/mem_info_vram_total", "25753026560\n")
                        .with("/sys/class/drm/card1-DP-1/device/vendor", "0x1002\n")
                        .with("/sys/module/amdgpu/version", "6.12.12\n");
        var found = assertInstanceOf(Probe.FoundAccelerators.class, new AmdProbe().on(machine));
        assertEquals(
                List.of(new Accelerator("amd", "AMD 0x744c", 25753026560L, "6.12.12", 0)),
                found.accelerators());
    }

    @Test
    void an_amd_card_without_readable_memory_has_none() {
        var machine =
                FakeMachine.linux()
                        .with("/sys/class/drm/card0/device/vendor", "0x1002\n")
                        .with("/sys/class/drm/card0/device/product_name", "Instinct MI300X\n");
        var found = assertInstanceOf(Probe.FoundAccelerators.class, new AmdProbe().on(machine));
        assertEquals(0, found.accelerators().getFirst().memoryBytes());
        assertEquals("Instinct MI300X", found.accelerators().getFirst().name());
    }

    @ParameterizedTest
    @CsvSource({"Metal Support: Metal 3", "'Metal Family: Supported, Metal GPUFamily Apple 7'"})
    void an_apple_chip_is_found_with_two_thirds_of_its_memory(String metal) throws Exception {
        var machine =
                FakeMachine.mac()
                        .printing(
                                "/usr/sbin/system_profiler SPDisplaysDataType",
                                """
                                Graphics/Displays:

                                    Apple M2 Pro:

                                      Chipset Model: Apple M2 Pro
                                      Type: GPU
                                      Total Number of Cores: 19
                                      Vendor: Apple (0x106b)
                                      %s
                                """
                                        .formatted(metal))
                        .printing("/usr/sbin/sysctl -n hw.memsize", "17179869184\n");
        var found = assertInstanceOf(Probe.FoundAccelerators.class, new MetalProbe().on(machine));
        var device = found.accelerators().getFirst();
        assertEquals("Apple M2 Pro", device.name());
        assertEquals(60, device.tier());
        assertEquals(17179869184L / 3 * 2, device.memoryBytes());
    }

    @Test
    void a_mac_with_another_makers_graphics_has_no_metal_tier() throws Exception {
        var displays =
                """
                  Chipset Model: AMD Radeon Pro 5500M
                  Metal Support: Metal 3
                """;
        var machine =
                FakeMachine.mac()
                        .printing("/usr/sbin/system_profiler SPDisplaysDataType", displays);
        var finding = new MetalProbe().on(machine);
        assertEquals(new Probe.NoDevice("AMD Radeon Pro 5500M is not an Apple M chip"), finding);
    }

    @Test
    void the_processor_of_a_mac_has_linux_feature_names() throws Exception {
        var machine =
                FakeMachine.mac()
                        .printing("/usr/sbin/sysctl -n machdep.cpu.brand_string", "Apple M2 Pro\n")
                        .printing("/usr/sbin/sysctl -n hw.logicalcpu", "10\n")
                        .printing("/usr/sbin/sysctl -n hw.memsize", "17179869184\n")
                        .printing(
                                "/usr/sbin/sysctl hw.optional",
                                """
                                hw.optional.arm.AdvSIMD: 1
                                hw.optional.arm.FEAT_BF16: 1
                                hw.optional.arm.FEAT_DotProd: 1
                                hw.optional.arm.FEAT_SME: 0
                                hw.optional.floatingpoint: 1
                                """);
        var found =
                assertInstanceOf(Probe.FoundProcessor.class, new MacProcessorProbe().on(machine));
        assertEquals(List.of("asimd", "asimddp", "bf16"), found.processor().features());
        assertEquals(10, found.processor().cores());
    }

    @Test
    void each_probe_knows_where_it_does_not_apply() throws Exception {
        for (var probe : Pipeline.ALL) {
            var finding = probe.on(FakeMachine.other());
            if (!(probe instanceof JvmProcessorProbe)) {
                assertInstanceOf(Probe.NotApplicable.class, finding, probe.name());
            }
        }
    }
}
