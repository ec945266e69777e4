package dev.mens.policy.hardware;

import dev.mens.compute.HardwareReport.Accelerator;
import java.util.ArrayList;
import java.util.regex.Pattern;

/// AMD graphics, from the kernel's DRM files. No backend computes on them yet: their tier is 0.
///
/// @see <a href="https://docs.kernel.org/gpu/amdgpu/driver-misc.html">amdgpu sysfs files</a>
final class AmdProbe implements Probe {
    private static final String ROOT = "/sys/class/drm";
    private static final String AMD = "0x1002";

    /// `card0`, but not its connectors such as `card0-DP-1`.
    private static final Pattern CARD = Pattern.compile("card\\d+");

    @Override
    public String name() {
        return "amd-drm";
    }

    @Override
    public Finding on(Machine machine) {
        if (!machine.isLinux()) {
            return new NotApplicable("needs /sys, this is " + machine.os());
        }
        var found = new ArrayList<Accelerator>();
        for (var card : machine.list(ROOT)) {
            var device = ROOT + "/" + card + "/device/";
            if (CARD.matcher(card).matches() && line(machine, device + "vendor").equals(AMD)) {
                found.add(accelerator(machine, device));
            }
        }
        return found.isEmpty()
                ? new NoDevice("no card of vendor " + AMD + " under " + ROOT)
                : new FoundAccelerators(found, found.size() + " device(s)");
    }

    private static Accelerator accelerator(Machine machine, String device) {
        var product = line(machine, device + "product_name");
        var name = product.isEmpty() ? "AMD " + line(machine, device + "device") : product;
        var driver = line(machine, "/sys/module/amdgpu/version");
        return new Accelerator("amd", name, vramBytes(machine, device), driver, 0);
    }

    private static long vramBytes(Machine machine, String device) {
        try {
            return Math.max(0, Long.parseLong(line(machine, device + "mem_info_vram_total")));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static String line(Machine machine, String path) {
        return machine.read(path).map(String::strip).orElse("");
    }
}
