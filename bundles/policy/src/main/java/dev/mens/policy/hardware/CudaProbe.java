package dev.mens.policy.hardware;

import dev.mens.compute.HardwareReport.Accelerator;
import java.io.IOException;

/// NVIDIA devices that CUDA programs can use, from the driver library itself.
final class CudaProbe implements Probe {
    @Override
    public String name() {
        return "cuda-driver";
    }

    @Override
    public Finding on(Machine machine) throws IOException {
        if (!machine.isLinux()) {
            return new NotApplicable("CUDA runs on Linux here, this is " + machine.os());
        }
        try {
            var devices = machine.cudaDevices();
            if (devices.isEmpty()) {
                return new NoDevice("the driver works but offers no device");
            }
            var accelerators = devices.stream().map(CudaProbe::accelerator).toList();
            var first = devices.getFirst();
            return new FoundAccelerators(
                    accelerators,
                    "%d device(s), the first with compute capability %d.%d"
                            .formatted(devices.size(), first.major(), first.minor()));
        } catch (CudaDriver.NoDriverException e) {
            return new NoDevice(e.getMessage());
        }
    }

    private static Accelerator accelerator(Machine.CudaDevice device) {
        return new Accelerator(
                "cuda",
                device.name(),
                device.memoryBytes(),
                device.driver(),
                Tiers.cuda(device.major(), device.minor(), device.memoryBytes()));
    }
}
