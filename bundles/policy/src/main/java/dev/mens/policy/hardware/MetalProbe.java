package dev.mens.policy.hardware;

import dev.mens.compute.HardwareReport.Accelerator;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;

/// Apple's own chips, whose memory is shared with the processor.
final class MetalProbe implements Probe {
    private static final Pattern CHIP = Pattern.compile("(?m)^\\s*Chipset Model:\\s*(.+)$");

    /// `Metal Support: Metal 3`, before macOS 13 `Metal Family: Supported, ...`.
    private static final Pattern METAL =
            Pattern.compile("(?m)^\\s*Metal(?: Support| Family)?:\\s*((?:Metal|Supported).*)$");

    /// Metal lets a program use two thirds of the memory of machines up to this size, and three
    /// quarters of larger ones (`recommendedMaxWorkingSetSize`).
    private static final long LARGE_BYTES = 36L << 30;

    @Override
    public String name() {
        return "metal";
    }

    @Override
    public Finding on(Machine machine) throws IOException, InterruptedException {
        if (!machine.isMac()) {
            return new NotApplicable("needs macOS, this is " + machine.os());
        }
        var displays = machine.run("/usr/sbin/system_profiler", "SPDisplaysDataType");
        var chip = CHIP.matcher(displays);
        var metal = METAL.matcher(displays);
        if (!chip.find() || !metal.find()) {
            return new NoDevice("no display device that supports Metal");
        }
        var name = chip.group(1).strip();
        var tier = Tiers.metal(name);
        if (tier.isEmpty()) {
            return new NoDevice(name + " is not an Apple M chip");
        }
        long memory = Sysctl.number(machine, "hw.memsize");
        long usable = memory > LARGE_BYTES ? memory / 4 * 3 : memory / 3 * 2;
        var driver = metal.group(1).strip();
        return new FoundAccelerators(
                List.of(new Accelerator("metal", name, usable, driver, tier.getAsInt())),
                name + " with " + driver);
    }
}
