package dev.mens.backend.cpu;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Mens processor", description = "How the processor runs models")
@interface CpuConfig {
    /// Whose configuration this is, also for others that read it.
    String PID = "dev.mens.backend.cpu.CpuBackend";

    @AttributeDefinition(
            description =
                    "How keys and values of a context are kept: f32; f16, which takes half the"
                            + " memory and, in long contexts, less time; or auto, which is f16"
                            + " where weights are quantized")
    String keysAndValues() default "auto";
}
