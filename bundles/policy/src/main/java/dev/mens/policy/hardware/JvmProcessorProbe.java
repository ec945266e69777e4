package dev.mens.policy.hardware;

import dev.mens.compute.HardwareReport.Processor;
import java.util.List;

/// What the JVM itself knows: the fallback that works everywhere.
final class JvmProcessorProbe implements Probe {
    @Override
    public String name() {
        return "jvm-cpu";
    }

    @Override
    public Finding on(Machine machine) {
        var processor =
                new Processor(
                        "unknown",
                        machine.architecture(),
                        machine.processors(),
                        machine.memoryBytes(),
                        List.of());
        return new FoundProcessor(processor, machine.processors() + " processors");
    }
}
