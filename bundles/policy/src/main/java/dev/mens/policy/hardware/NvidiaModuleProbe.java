package dev.mens.policy.hardware;

import dev.mens.compute.HardwareReport.Accelerator;
import java.util.regex.Pattern;

/// NVIDIA devices that the kernel knows, for machines whose driver library does not work. CUDA
/// cannot use them, so their tier is 0; `vox doctor` can say that there is something to mend.
final class NvidiaModuleProbe implements Probe {
    private static final String ROOT = "/proc/driver/nvidia";
    private static final Pattern MODEL = Pattern.compile("(?m)^Model:\\s*(.+)$");
    private static final Pattern VERSION = Pattern.compile("Kernel Module.*?\\s(\\d+\\.[\\d.]+)");

    @Override
    public String name() {
        return "nvidia-module";
    }

    @Override
    public Finding on(Machine machine) {
        if (!machine.isLinux()) {
            return new NotApplicable("needs /proc, this is " + machine.os());
        }
        var gpus = machine.list(ROOT + "/gpus");
        if (gpus.isEmpty()) {
            return new NoDevice("nothing under " + ROOT + "/gpus");
        }
        var driver = machine.read(ROOT + "/version").map(NvidiaModuleProbe::version).orElse("");
        var accelerators =
                gpus.stream()
                        .map(gpu -> machine.read(ROOT + "/gpus/" + gpu + "/information"))
                        .map(text -> text.map(NvidiaModuleProbe::model).orElse("NVIDIA"))
                        .map(model -> new Accelerator("cuda", model, 0, driver, 0))
                        .toList();
        return new FoundAccelerators(
                accelerators, "%d device(s) known to the kernel".formatted(gpus.size()));
    }

    private static String model(String information) {
        var matcher = MODEL.matcher(information);
        return matcher.find() ? matcher.group(1).strip() : "NVIDIA";
    }

    private static String version(String text) {
        var matcher = VERSION.matcher(text);
        return matcher.find() ? matcher.group(1) : "";
    }
}
