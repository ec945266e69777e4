package dev.mens.policy.hardware;

import dev.mens.compute.HardwareReport.Accelerator;
import dev.mens.compute.HardwareReport.Processor;
import java.io.IOException;
import java.util.List;

/// One way to find hardware. A probe that throws has failed, which is recorded.
interface Probe {
    String name();

    Finding on(Machine machine) throws IOException, InterruptedException;

    sealed interface Finding {
        String detail();
    }

    record NotApplicable(String detail) implements Finding {}

    record NoDevice(String detail) implements Finding {}

    record FoundProcessor(Processor processor, String detail) implements Finding {}

    /// Of one kind. A kind that an earlier probe found is not counted again.
    record FoundAccelerators(List<Accelerator> accelerators, String detail) implements Finding {
        public FoundAccelerators {
            accelerators = List.copyOf(accelerators);
        }
    }
}
